import {
  type AuthTokenRecord,
  type Caller,
  expiryOf,
  sessionTime,
  type Timestamp,
  type User,
} from '@user-management/domain';
import { type Answer, json } from './answer.ts';

const INACTIVE = json(200, { active: false });

/** The answer about a token, and the version of its user that it was made of. */
const answers = new WeakMap<AuthTokenRecord, { readonly user: User; readonly answer: Answer }>();

/** RFC 7662, 2.2. @param caller whose token it is; `undefined`: it does not work. */
export function introspectionAnswer(caller: Caller | undefined): Answer {
  if (!caller) return INACTIVE;
  // Records and users are immutable, so those from the cache are serialised only once.
  const made = answers.get(caller.record);
  if (made?.user === caller.user) return made.answer;
  const answer = json(200, activeView(caller));
  answers.set(caller.record, { user: caller.user, answer });
  return answer;
}

const activeView = ({ user, record }: Caller) => ({
  active: true,
  sub: user.id,
  ...(record.sessionId && { sid: record.sessionId }),
  username: user.email,
  email_verified: user.emailVerifiedAt !== null,
  iat: seconds(record.createdAt),
  exp: seconds(expiryOf(record)),
  auth_time: seconds(record.sessionId ? sessionTime(record.sessionId) : record.createdAt),
  token_type: 'Bearer',
});

const seconds = (timestamp: Timestamp): number => Math.floor(timestamp / 1000);

/** What a proxy passes on to the service behind it. */
export const checkedAnswer = ({ user, record }: Caller): Answer => ({
  status: 204,
  headers: {
    'X-User-Id': user.id,
    'X-User-Email': escaped(user.email),
    ...(record.sessionId && { 'X-Session-Id': record.sessionId }),
  },
});

/** The user chose the address, so no other character gets into a header as it is. */
const escaped = (text: string): string => text.replaceAll(/[^A-Za-z0-9@._+-]/gu, percentEncoded);

/** RFC 3986, 2.1. `encodeURIComponent` leaves some of these characters as they are. */
const percentEncoded = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

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

/** Records and users are immutable, so an answer about those from the cache is made only once. */
function once(make: (caller: Caller) => Answer): (caller: Caller) => Answer {
  const answers = new WeakMap<AuthTokenRecord, { readonly user: User; readonly answer: Answer }>();
  return (caller) => {
    const made = answers.get(caller.record);
    if (made?.user === caller.user) return made.answer;
    const answer = make(caller);
    answers.set(caller.record, { user: caller.user, answer });
    return answer;
  };
}

/** RFC 7662, 2.2. @param caller whose token it is; `undefined`: it does not work. */
export const introspectionAnswer = (caller: Caller | undefined): Answer =>
  caller ? activeAnswer(caller) : INACTIVE;

const activeAnswer = once((caller) => json(200, activeView(caller)));

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
export const checkedAnswer = once(({ user, record }) => ({
  status: 204,
  headers: {
    'X-User-Id': user.id,
    'X-User-Email': escaped(user.email),
    ...(record.sessionId && { 'X-Session-Id': record.sessionId }),
  },
}));

/** The user chose the address, so no other character gets into a header as it is. */
const escaped = (text: string): string => text.replaceAll(/[^A-Za-z0-9@._+-]/gu, percentEncoded);

/** RFC 3986, 2.1. `encodeURIComponent` leaves some of these characters as they are. */
const percentEncoded = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

import { authTokenOf, type AuthTokenRecord, expiryOf } from '../model/auth-token.ts';
import type { Client } from '../model/device.ts';
import type { Digest, Secret } from '../model/digest.ts';
import { RefreshTokenReused, Unauthenticated } from '../model/errors.ts';
import { SYSTEM } from '../model/event.ts';
import { refreshTokenOf, type RefreshTokenParts } from '../model/refresh-token.ts';
import { isRevoked } from '../model/revocations.ts';
import { isOver, type Rotation, type Session, sessionExpiry, type SessionPolicy } from '../model/session.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { User } from '../model/user.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { EndSessions } from './end-sessions.ts';
import { notice, type NoticePorts } from './mail-limit.ts';
import { clientOf } from './new-event.ts';
import type { Auth } from './start-session.ts';

interface Ports extends NoticePorts {
  users: UserRepository;
  sessions: SessionRepository;
  tokens: TokenStore;
  secrets: Secrets;
  policy: SessionPolicy;
  endSessions: EndSessions;
}

/** A session whose refresh token was shown, and its user. */
interface Shown {
  readonly session: Session;
  readonly refresh: Rotation;
  readonly user: User;
  readonly parts: RefreshTokenParts;
  readonly client: Client;
}

/**
 * Gives a new token and a new refresh token for a refresh token. (RFC 9700, 4.14.2: rotation.)
 *
 * The successors are derived from the refresh token and a salt that the session keeps. So a client that
 * sends the same token again within the grace gets the same answer: another tab, a retry after a lost answer.
 * After the grace it is a reuse, and the session ends, because one of the two senders is a thief.
 * @throws {Unauthenticated | RefreshTokenReused | DependencyUnavailable}
 */
export const refreshSession = (ports: Ports) => {
  const attempt = async (parts: RefreshTokenParts, client: Client): Promise<Auth> => {
    const shown = { ...(await find(ports, parts)), client };
    const presented = ports.secrets.digest(parts.secret);
    if (ports.secrets.equal(presented, shown.refresh.current)) {
      // Somebody else rotated, or ended the session, at the same time: look again.
      return (await rotate(ports, shown, presented)) ?? attempt(parts, client);
    }
    const { predecessor } = shown.refresh;
    const isPredecessor = predecessor !== null && ports.secrets.equal(presented, predecessor.digest);
    if (isPredecessor && ports.clock.now() < predecessor.until) return repeat(ports, shown, predecessor.salt);
    return endReused(ports, shown);
  };
  return attempt;
};

/** @throws {Unauthenticated} when the session is dead, or the token never was one of its tokens. */
async function find(ports: Ports, parts: RefreshTokenParts): Promise<Omit<Shown, 'client'>> {
  const { users, sessions, secrets, clock, policy } = ports;
  if (policy.refreshTokenTtl === 0) throw unknown();
  const session = await sessions.find(parts.sessionId);
  const refresh = session?.refresh;
  if (!refresh || !secrets.equal(secrets.digest(parts.family), refresh.family)) throw unknown();
  const user = await users.findById(session.userId);
  if (isOver(session, clock.now()) || user?.status !== 'active') throw unknown();
  if (isRevoked(user.revocations, session)) throw unknown();
  return { session, refresh, user, parts };
}

const unknown = () =>
  new Unauthenticated('The refresh token is unknown, expired or revoked. Log in to get a new one.');

/** `undefined` when the session changed meanwhile. */
async function rotate(ports: Ports, shown: Shown, presented: Digest): Promise<Auth | undefined> {
  const { sessions, tokens, secrets, clock, policy } = ports;
  const { session, user } = shown;
  const now = clock.now();
  const salt = secrets.newSecret();
  const next = successors(ports, shown.parts, salt);
  const record = recordOf(session, user, now, policy);
  const token = { digest: next.tokenDigest, expiresAt: expiryOf(record) };
  const rotated = {
    ...session,
    epoch: user.revocations.epoch,
    lastSeenAt: now,
    expiresAt: sessionExpiry({ ...session, token }, now, policy),
    token,
    previousToken: { ...session.token, expiresAt: graceEnd(session.token.expiresAt, now, policy) },
    refresh: {
      ...shown.refresh,
      current: secrets.digest(next.parts.secret),
      predecessor: { digest: presented, salt, until: (now + policy.refreshGrace * 1000) as Timestamp },
    },
    version: session.version + 1,
  } satisfies Session;
  await Promise.all([
    tokens.save(next.tokenDigest, record),
    // The session names two tokens, so the one before has to go first.
    session.previousToken && tokens.revoke(session.previousToken.digest),
  ]);
  const rotate = (current: Session): Session => {
    const unchanged = current.endedAt === null && current.refresh?.current === presented;
    return unchanged ? { ...rotated, version: current.version + 1 } : current;
  };
  const stored = await sessions.update(session.id, rotate, undefined, session);
  if (stored?.refresh?.predecessor?.salt !== salt) {
    await tokens.revoke(next.tokenDigest);
    return undefined;
  }
  const { digest, expiresAt } = session.token;
  if (rotated.previousToken.expiresAt < expiresAt)
    await tokens.expire(digest, rotated.previousToken.expiresAt);
  return answer(next, record, stored, { now, policy });
}

/** The answer of the first use again. The token store may have lost the token since. */
async function repeat(ports: Ports, shown: Shown, salt: Secret): Promise<Auth> {
  const { tokens, clock, policy } = ports;
  const now = clock.now();
  const next = successors(ports, shown.parts, salt);
  let record = await tokens.find(next.tokenDigest);
  if (!record) {
    record = untilEndOf(shown.session, recordOf(shown.session, shown.user, now, policy));
    await tokens.save(next.tokenDigest, record);
  }
  return answer(next, record, shown.session, { now, policy });
}

/** Nobody knows who sent it: the user, or a thief. */
async function endReused(ports: Ports, { session, user, client }: Shown): Promise<never> {
  const origin = { ...SYSTEM, ...clientOf(client), deviceId: session.device.deviceId };
  const mails = await notice(ports, 'refresh-token-reused', user, client);
  await ports.endSessions(user, [session], { origin, type: 'session.refresh_reused', mails });
  throw new RefreshTokenReused();
}

interface Successors {
  readonly token: Auth['token'];
  readonly tokenDigest: Digest;
  readonly parts: RefreshTokenParts;
}

function successors({ secrets }: Ports, parts: RefreshTokenParts, salt: Secret): Successors {
  const token = authTokenOf(secrets.derive(parts.secret, `token ${salt}`));
  const secret = secrets.derive(parts.secret, `refresh ${salt}`);
  return { token, tokenDigest: secrets.digest(token), parts: { ...parts, secret } };
}

/** The token of a session that soon ends does not outlast it. */
function recordOf(session: Session, user: User, now: Timestamp, policy: SessionPolicy): AuthTokenRecord {
  return {
    userId: user.id,
    sessionId: session.id,
    epoch: user.revocations.epoch,
    email: user.email,
    deviceId: session.device.deviceId,
    expiresIn: Math.min(policy.tokenTtl, secondsLeft(session, now, policy)),
    createdAt: now,
  };
}

/** A token that comes back expires when its session says: the user lists an ended session until then. */
const untilEndOf = ({ token }: Session, record: AuthTokenRecord): AuthTokenRecord => ({
  ...record,
  createdAt: (token.expiresAt - record.expiresIn * 1000) as Timestamp,
});

/** The rest of the session's life, if nobody ends it and it is never idle for long. */
const secondsLeft = ({ createdAt }: Session, now: Timestamp, { refreshTokenTtl }: SessionPolicy): number =>
  Math.max(1, Math.ceil((createdAt - now) / 1000) + refreshTokenTtl);

const graceEnd = (expiresAt: Timestamp, now: Timestamp, { refreshGrace }: SessionPolicy): Timestamp =>
  Math.min(expiresAt, now + refreshGrace * 1000) as Timestamp;

const answer = (
  next: Successors,
  record: AuthTokenRecord,
  session: Session,
  { now, policy }: { now: Timestamp; policy: SessionPolicy },
): Auth => ({
  token: next.token,
  expiresIn: Math.max(1, Math.round((expiryOf(record) - now) / 1000)),
  sessionId: session.id,
  refresh: {
    token: refreshTokenOf(next.parts),
    expiresIn: secondsLeft(session, now, policy),
  },
});

import { authTokenOf, type AuthToken, type AuthTokenRecord, expiryOf } from '../model/auth-token.ts';
import type { Device } from '../model/device.ts';
import { Unauthenticated } from '../model/errors.ts';
import { SYSTEM } from '../model/event.ts';
import type { QueuedMail } from '../model/queued-mail.ts';
import { isRevoked } from '../model/revocations.ts';
import { type RefreshToken, refreshTokenOf } from '../model/refresh-token.ts';
import { type Session, sessionExpiry, type SessionPolicy, withEnd } from '../model/session.ts';
import type { SessionId } from '../model/session-id.ts';
import type { User } from '../model/user.ts';
import type { ChallengeRepository } from '../ports/challenge-repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { EndSessions } from './end-sessions.ts';
import { erase } from './erase.ts';
import { byDevice, effectOf } from './new-event.ts';

/** What a client gets when it logs in. Times are in seconds. */
export interface Auth {
  readonly token: AuthToken;
  readonly expiresIn: number;
  readonly sessionId: SessionId;
  /** Missing when refresh tokens are off. */
  readonly refresh?: { readonly token: RefreshToken; readonly expiresIn: number };
}

interface Ports {
  users: UserRepository;
  /** Past the cache, which has no entry of a user who is being written. */
  userStore: UserRepository;
  events: EventLog;
  challenges: ChallengeRepository;
  sessions: SessionRepository;
  tokens: TokenStore;
  secrets: Secrets;
  identifiers: Identifiers;
  clock: Clock;
  policy: SessionPolicy;
  endSessions: EndSessions;
}

interface Beside {
  /** Notices that go out with the session. */
  readonly mails?: readonly QueuedMail[];
  /** The user is being written meanwhile. Without a result, the session ends before anybody learns of it. */
  readonly noted?: Promise<User | undefined>;
}

export type StartSession = (user: User, device: Device, beside?: Beside) => Promise<Auth>;

/**
 * Logs a user in on a device.
 *
 * Somebody may delete the user, or end the session, while it and its token are being stored, and miss either.
 * So the user is read once more: either they find both, or this finds that the user is gone, or has revoked
 * the session, and removes what they missed.
 *
 * The sessions that were unseen the longest end, so that no more than the limit live.
 * @throws {Unauthenticated | DependencyUnavailable} {Unauthenticated} when the user was deleted or disabled.
 */
export const startSession = (ports: Ports): StartSession => {
  const { sessions, tokens, secrets, identifiers, clock, policy } = ports;
  return async (user, device, { mails = [], noted } = {}) => {
    // From now on a failure is handled, whenever it comes.
    const note = noted?.catch(() => undefined) ?? user;
    const now = clock.now();
    const id = identifiers.newSessionId(now);
    const token = authTokenOf(secrets.newSecret());
    const [family, secret] = [secrets.newSecret(), secrets.newSecret()];
    const record: AuthTokenRecord = {
      userId: user.id,
      sessionId: id,
      epoch: user.revocations.epoch,
      email: user.email,
      deviceId: device.deviceId,
      expiresIn: policy.tokenTtl,
      createdAt: now,
    };
    const issued = { digest: secrets.digest(token), expiresAt: expiryOf(record) };
    const session: Session = {
      id,
      userId: user.id,
      epoch: user.revocations.epoch,
      device,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: sessionExpiry({ createdAt: now, token: issued }, now, policy),
      endedAt: null,
      token: issued,
      previousToken: null,
      refresh: withRefresh(policy)
        ? { family: secrets.digest(family), current: secrets.digest(secret), predecessor: null }
        : null,
      version: 1,
    };
    const origin = { ...byDevice(device), sessionId: id };
    const effects = { ...effectOf(ports, 'session.started', user.id, origin), mails };
    await Promise.all([tokens.save(session.token.digest, record), sessions.add(session, effects)]);
    const [current, surplus, confirmed] = await Promise.all([
      ports.userStore.findById(user.id),
      sessions.alive(user, now, MOST_SURPLUS, policy.sessionsPerUser),
      note,
    ]);
    await leaveNothing(ports, session, current);
    if (!confirmed) await withdraw(ports, session);
    else if (surplus.length > 0) await ports.endSessions(current ?? user, surplus, { origin: SYSTEM });
    const auth = { token, expiresIn: policy.tokenTtl, sessionId: id };
    if (!withRefresh(policy)) return auth;
    const refreshToken = refreshTokenOf({ sessionId: id, family, secret });
    return { ...auth, refresh: { token: refreshToken, expiresIn: policy.refreshTokenTtl } };
  };
};

const withRefresh = ({ refreshTokenTtl }: SessionPolicy): boolean => refreshTokenTtl > 0;

/** Sessions beyond the limit that one login ends. Only a limit that was lowered leaves more. */
const MOST_SURPLUS = 100;

/** Nobody knows a token of the session, so the user need not revoke it. */
async function withdraw(ports: Ports, session: Session): Promise<void> {
  const effects = effectOf(ports, 'session.ended', session.userId, { ...SYSTEM, sessionId: session.id });
  const end = (current: Session) => withEnd(current, ports.clock.now());
  await Promise.all([
    ports.tokens.revoke(session.token.digest),
    ports.sessions.update(session.id, end, effects, session),
  ]);
}

/** @throws {Unauthenticated} */
async function leaveNothing(ports: Ports, session: Session, user: User | undefined): Promise<void> {
  const isActive = user?.status === 'active';
  if (isActive && !isRevoked(user.revocations, session)) return;
  await ports.tokens.revoke(session.token.digest);
  if (isActive) return;
  if (!user || user.status === 'deleting') await erase(ports, session.userId);
  throw new Unauthenticated('The user was deleted or disabled meanwhile.');
}

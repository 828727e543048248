import type { Device } from './device.ts';
import type { Digest, Secret } from './digest.ts';
import type { SessionId } from './session-id.ts';
import type { Timestamp } from './timestamp.ts';
import type { UserId } from './user-id.ts';

/**
 * One login on one device. It lives in the user store, so it outlasts the token store. It names its tokens by
 * their digests, so the one who ends the session can revoke them. Immutable.
 */
export interface Session {
  readonly id: SessionId;
  readonly userId: UserId;
  /** The user's session epoch when the session last got a token. */
  readonly epoch: number;
  readonly device: Device;
  readonly createdAt: Timestamp;
  /** Right to a minute. */
  readonly lastSeenAt: Timestamp;
  /** The earlier of the end of the session's life and the end of its idle time. */
  readonly expiresAt: Timestamp;
  readonly endedAt: Timestamp | null;
  readonly token: IssuedDigest;
  /** The predecessor of `token`, which stays valid for the grace. */
  readonly previousToken: IssuedDigest | null;
  /** `null` when the session was made without refresh tokens. */
  readonly refresh: Rotation | null;
  /** 1 at first. Every change adds 1. */
  readonly version: number;
}

/** A token, by its digest. */
export interface IssuedDigest {
  readonly digest: Digest;
  readonly expiresAt: Timestamp;
}

/** Which refresh token of a session is in force. */
export interface Rotation {
  /** The digest of the secret that all refresh tokens of the session share. */
  readonly family: Digest;
  /** The digest of the own secret of the token in force. */
  readonly current: Digest;
  readonly predecessor: Predecessor | null;
}

/**
 * The refresh token before the one in force. Together with `salt`, and only so, it gives its successors: a
 * repeated refresh gets the same answer, and a copy of the store gives no token away.
 */
export interface Predecessor {
  /** The digest of its own secret. */
  readonly digest: Digest;
  readonly salt: Secret;
  /** The end of the grace. A later use is a reuse. */
  readonly until: Timestamp;
}

/** How long sessions and their tokens live, in seconds. */
export interface SessionPolicy {
  /** Lifetime of a token. */
  readonly tokenTtl: number;
  /** Lifetime of a session. 0 switches refresh tokens off: a session lives as long as its token. */
  readonly refreshTokenTtl: number;
  /** How long the predecessor of a refresh token gets the answer of the first use again. */
  readonly refreshGrace: number;
  /** A session ends when it is not seen for this time. */
  readonly idleTtl: number;
  /** How many sessions of a user live at once. The one that is unseen the longest makes room. */
  readonly sessionsPerUser: number;
}

export const isOver = ({ endedAt, expiresAt }: Session, now: Timestamp): boolean =>
  endedAt !== null || now >= expiresAt;

/** The order of lists: the last seen first, and of two at once the younger. */
export const byLastSeen = (a: Session, b: Session): number =>
  b.lastSeenAt - a.lastSeenAt || (a.id < b.id ? 1 : -1);

/** When the session was over, or when it will be if it is not seen again. */
export const overAt = ({ endedAt, expiresAt }: Pick<Session, 'endedAt' | 'expiresAt'>): Timestamp =>
  Math.min(endedAt ?? expiresAt, expiresAt) as Timestamp;

/** Whether the session was over before `before`. */
export const wasOver = (session: Session, before: Timestamp): boolean => overAt(session) < before;

export const withEnd = (session: Session, now: Timestamp): Session =>
  session.endedAt === null ? { ...session, endedAt: now, version: session.version + 1 } : session;

/** A minute: how exact `lastSeenAt` is. */
export const SEEN_EVERY_MS = 60_000;

/** Notes that the session was seen, at most once a minute. */
export function withSeen(session: Session, now: Timestamp, policy: SessionPolicy): Session {
  if (isOver(session, now) || now - session.lastSeenAt < SEEN_EVERY_MS) return session;
  return {
    ...session,
    lastSeenAt: now,
    expiresAt: sessionExpiry(session, now, policy),
    version: session.version + 1,
  };
}

/** A session does not end before its token. */
export const sessionExpiry = (
  { createdAt, token }: Pick<Session, 'createdAt' | 'token'>,
  lastSeenAt: Timestamp,
  { refreshTokenTtl, idleTtl }: SessionPolicy,
): Timestamp => {
  const life = Math.min(createdAt + refreshTokenTtl * 1000, lastSeenAt + idleTtl * 1000);
  return Math.max(token.expiresAt, life) as Timestamp;
};

/** Until then a token of a session may live that nobody can read. */
export const latestExpiry = (now: Timestamp, { tokenTtl, refreshTokenTtl }: SessionPolicy): Timestamp =>
  (now + Math.max(tokenTtl, refreshTokenTtl) * 1000) as Timestamp;

/** When the last token of the session expires. */
export const lastTokenExpiry = ({ token, previousToken }: Session): Timestamp =>
  Math.max(token.expiresAt, previousToken?.expiresAt ?? 0) as Timestamp;

/** The digests of the tokens that may work. */
export const tokensOf = ({ token, previousToken }: Session): readonly Digest[] =>
  previousToken ? [token.digest, previousToken.digest] : [token.digest];

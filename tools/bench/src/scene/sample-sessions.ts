import { hash } from 'node:crypto';
import { NodeSecrets, RandomIdentifiers } from '@user-management/crypto';
import {
  authTokenOf,
  type AuthToken,
  type AuthTokenRecord,
  type Event,
  parseDeviceId,
  parseSecret,
  parseSessionId,
  parseTimestamp,
  type RefreshToken,
  refreshTokenOf,
  type Secret,
  SEEN_EVERY_MS,
  type Session,
  type UserId,
} from '@user-management/domain';
import { sampleEmail, sampleUserId, sampleUuid } from './sample-users.ts';

const secrets = new NodeSecrets();
const identifiers = new RandomIdentifiers();
const aDigest = () => secrets.digest(secrets.newSecret());

/** A new session of the user, as a login makes it. */
export function sampleSession(userId: UserId): Session {
  const createdAt = parseTimestamp(Date.now());
  const expiresAt = parseTimestamp(createdAt + 3_600_000);
  return {
    id: identifiers.newSessionId(createdAt),
    userId,
    epoch: 0,
    device: { deviceId: parseDeviceId('bench'), userAgent: null, ip: null },
    createdAt,
    lastSeenAt: createdAt,
    expiresAt,
    endedAt: null,
    token: { digest: aDigest(), expiresAt },
    previousToken: null,
    refresh: { family: aDigest(), current: aDigest(), predecessor: null },
    version: 1,
  };
}

/** The event of a login that started the session. */
export function sampleEvent({ id: sessionId, userId, device, createdAt: time }: Session): Event {
  const id = identifiers.newEventId(time);
  return { ...device, id, type: 'session.started', time, userId, sessionId, actor: 'user' };
}

/** A session with what its client has. */
export interface Login {
  readonly session: Session;
  readonly record: AuthTokenRecord;
  readonly token: AuthToken;
  readonly refreshToken: RefreshToken;
}

/** In seconds. No token expires during a measurement. */
const TOKEN_TTL = 14_400;
/** Of one run, so that a sample is the same each time. */
const NOW = Date.now();
/** Longer than a minute ago, so that a check may write that the session was seen. */
const CREATED_AT = parseTimestamp(NOW - 2 * SEEN_EVERY_MS);
/** As a login makes it: the session is not used for a week, the default. */
const EXPIRES_AT = parseTimestamp(CREATED_AT + 604_800_000);
/**
 * A check writes that the session was seen, unless that was less than a minute ago. Tokens of the future keep
 * it from doing so, because the store takes longer to be filled.
 */
const SEEN_AT = parseTimestamp(NOW + 7_200_000);

/** The session of the n-th sample user, always the same. */
export function sampleLogin(n: number): Login {
  const id = parseSessionId(`ses_${sampleUuid(CREATED_AT + n, `session ${n}`)}`);
  const [family, current] = [secretOf(`family ${n}`), secretOf(`current ${n}`)];
  const token = authTokenOf(secretOf(`token ${n}`));
  const [userId, deviceId] = [sampleUserId(n), parseDeviceId('bench')];
  const tokenExpiresAt = parseTimestamp(SEEN_AT + TOKEN_TTL * 1000);
  const session: Session = {
    id,
    userId,
    epoch: 0,
    device: { deviceId, userAgent: null, ip: null },
    createdAt: CREATED_AT,
    lastSeenAt: CREATED_AT,
    expiresAt: EXPIRES_AT,
    endedAt: null,
    token: { digest: secrets.digest(token), expiresAt: tokenExpiresAt },
    previousToken: null,
    refresh: { family: secrets.digest(family), current: secrets.digest(current), predecessor: null },
    version: 1,
  };
  const times = { expiresIn: TOKEN_TTL, createdAt: SEEN_AT };
  const record: AuthTokenRecord = {
    userId,
    sessionId: id,
    epoch: 0,
    email: sampleEmail(n),
    deviceId,
    ...times,
  };
  return { session, record, token, refreshToken: refreshTokenOf({ sessionId: id, family, secret: current }) };
}

export function* sampleLogins(count: number): Generator<Login> {
  for (let n = 0; n < count; n += 1) yield sampleLogin(n);
}

const secretOf = (text: string): Secret => parseSecret(hash('sha256', text, 'base64url'));

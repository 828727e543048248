import { createHash } from 'node:crypto';
import { NodeSecrets, RandomIdentifiers } from '@user-management/crypto';
import {
  authTokenOf,
  type AuthToken,
  type AuthTokenRecord,
  parseDeviceId,
  parseSecret,
  parseSessionId,
  parseTimestamp,
  type RefreshToken,
  refreshTokenOf,
  type Secret,
  type Session,
  type UserId,
} from '@user-management/domain';
import { sampleEmail, sampleUserId } from './sample-users.ts';

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

/** A session with what its client has. */
export interface Login {
  readonly session: Session;
  readonly record: AuthTokenRecord;
  readonly token: AuthToken;
  readonly refreshToken: RefreshToken;
}

/** In seconds. No token expires during a measurement. */
const TOKEN_TTL = 7_200;
/** Of one run, so that a sample is the same each time. */
const NOW = parseTimestamp(Date.now());

/** The session of the n-th sample user, always the same. */
export function sampleLogin(n: number): Login {
  const id = parseSessionId(`ses_${digestOf(`session ${n}`).toString('hex').slice(0, 32)}`);
  const [family, current] = [secretOf(`family ${n}`), secretOf(`current ${n}`)];
  const token = authTokenOf(secretOf(`token ${n}`));
  const made = sampleSession(sampleUserId(n));
  const times = { createdAt: NOW, lastSeenAt: NOW, expiresAt: parseTimestamp(NOW + TOKEN_TTL * 1000) };
  const session: Session = {
    ...made,
    ...times,
    id,
    token: { digest: secrets.digest(token), expiresAt: times.expiresAt },
    refresh: { family: secrets.digest(family), current: secrets.digest(current), predecessor: null },
  };
  const record: AuthTokenRecord = {
    userId: session.userId,
    sessionId: id,
    epoch: 0,
    email: sampleEmail(n),
    deviceId: session.device.deviceId,
    expiresIn: TOKEN_TTL,
    createdAt: NOW,
  };
  return { session, record, token, refreshToken: refreshTokenOf({ sessionId: id, family, secret: current }) };
}

export function* sampleLogins(count: number): Generator<Login> {
  for (let n = 0; n < count; n += 1) yield sampleLogin(n);
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const secretOf = (text: string): Secret => parseSecret(digestOf(text).toString('base64url'));

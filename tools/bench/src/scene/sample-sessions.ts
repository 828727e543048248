import { NodeSecrets, RandomIdentifiers } from '@user-management/crypto';
import { parseDeviceId, parseTimestamp, type Session, type UserId } from '@user-management/domain';

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

import {
  type Application,
  type Challenge,
  fromRfc3339,
  parseDeviceId,
  parseDigest,
  parsePasswordHash,
  parsePhone,
  parsePreferences,
  parsePurpose,
  parseStoredEmail,
  parseStoredName,
  parseUserId,
  toIpAddress,
  toRfc3339,
  toUserAgent,
} from '@user-management/domain';
import { nullOr, parseCount, parseObject, parseVersion } from './user-json.ts';

export const challengeToJson = (challenge: Challenge): string =>
  JSON.stringify({
    id: challenge.id,
    purpose: challenge.purpose,
    place: challenge.place,
    user_id: challenge.userId,
    email: challenge.email,
    state: challenge.state,
    application: challenge.application && applicationToJson(challenge.application),
    failures: challenge.failures,
    created_at: toRfc3339(challenge.createdAt),
    expires_at: toRfc3339(challenge.expiresAt),
    version: challenge.version,
  });

/** @throws {ValidationFailed} when the text is not a complete and valid challenge. */
export function challengeFromJson(text: string): Challenge {
  const json = parseObject(text);
  return {
    id: parseDigest(json['id']),
    purpose: parsePurpose(json['purpose']),
    place: parseDigest(json['place']),
    userId: nullOr(parseUserId, json['user_id']),
    email: nullOr(parseStoredEmail, json['email']),
    state: nullOr(parseDigest, json['state']),
    application: nullOr(parseApplication, json['application']),
    failures: parseCount(json['failures']),
    createdAt: fromRfc3339(json['created_at']),
    expiresAt: fromRfc3339(json['expires_at']),
    version: parseVersion(json['version']),
  };
}

const applicationToJson = ({ registration, passwordHash, device }: Application) => ({
  email: registration.email,
  device_id: registration.deviceId,
  phone: registration.phone,
  name: registration.name,
  preferences: registration.preferences,
  idempotency_key: registration.idempotencyKey,
  password_hash: passwordHash,
  device: { device_id: device.deviceId, user_agent: device.userAgent, ip: device.ip },
});

type Json = Readonly<Record<string, unknown>>;

function parseApplication(input: unknown): Application {
  const json = Object(input) as Json;
  const device = Object(json['device']) as Json;
  return {
    registration: {
      email: parseStoredEmail(json['email']),
      deviceId: parseDeviceId(json['device_id']),
      phone: nullOr(parsePhone, json['phone']),
      name: nullOr(parseStoredName, json['name']),
      preferences: parsePreferences(json['preferences']),
      idempotencyKey: nullOr(parseDigest, json['idempotency_key']),
    },
    passwordHash: parsePasswordHash(json['password_hash']),
    device: {
      deviceId: parseDeviceId(device['device_id']),
      userAgent: toUserAgent(device['user_agent']),
      ip: toIpAddress(device['ip']),
    },
  };
}

import {
  type Application,
  type Challenge,
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
  toUserAgent,
} from '@user-management/domain';
import type { Insertable, Selectable } from 'kysely';
import type { ChallengeTable } from '../schema/tables.ts';
import { columnsOf, fromJson, orNull, parseCount, parseInstant, parseVersion, unchanged } from './row.ts';

const column = columnsOf('challenge');

export const toRow = (challenge: Challenge) =>
  ({
    id: challenge.id,
    purpose: challenge.purpose,
    place: challenge.place,
    user_id: challenge.userId,
    email: challenge.email,
    state: challenge.state,
    application: challenge.application && JSON.stringify(applicationToJson(challenge.application)),
    failures: challenge.failures,
    created_at: challenge.createdAt,
    expires_at: challenge.expiresAt,
    version: challenge.version,
  }) satisfies Insertable<ChallengeTable>;

/** @throws {UnreadableRow} */
export const fromRow = (row: Selectable<ChallengeTable>): Challenge => ({
  id: column(row, 'id', parseDigest),
  purpose: column(row, 'purpose', parsePurpose),
  place: column(row, 'place', parseDigest),
  userId: column(row, 'user_id', orNull(parseUserId)),
  email: column(row, 'email', orNull(unchanged(parseStoredEmail))),
  state: column(row, 'state', orNull(parseDigest)),
  application: column(row, 'application', orNull(fromJson(parseApplication))),
  failures: column(row, 'failures', parseCount),
  createdAt: column(row, 'created_at', parseInstant),
  expiresAt: column(row, 'expires_at', parseInstant),
  version: column(row, 'version', parseVersion),
});

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
      email: unchanged(parseStoredEmail)(json['email']),
      deviceId: parseDeviceId(json['device_id']),
      phone: orNull(parsePhone)(json['phone']),
      name: orNull(parseStoredName)(json['name']),
      preferences: parsePreferences(json['preferences']),
      idempotencyKey: orNull(parseDigest)(json['idempotency_key']),
    },
    passwordHash: parsePasswordHash(json['password_hash']),
    device: {
      deviceId: parseDeviceId(device['device_id']),
      userAgent: unchanged(toUserAgent)(device['user_agent']),
      ip: unchanged(toIpAddress)(device['ip']),
    },
  };
}

import {
  fromRfc3339,
  parseDeviceId,
  parseDigest,
  parseEnded,
  parseEpoch,
  parsePasswordHash,
  parsePhone,
  parsePreferences,
  parseSessionId,
  parseStoredEmail,
  parseStoredName,
  parseUserId,
  parseUserStatus,
  type Timestamp,
  toRfc3339,
  type User,
  userDefaults,
  ValidationFailed,
} from '@user-management/domain';

/** A user as JSON, with the member names of the contract. */
export const userToJson = (user: User) => ({
  user_id: user.id,
  email: user.email,
  password_hash: user.passwordHash,
  phone: user.phone,
  name: user.name,
  device_id: user.deviceId,
  created_at: toRfc3339(user.createdAt),
  updated_at: toRfc3339(user.updatedAt),
  last_login: timeOrNull(user.lastLogin),
  preferences: user.preferences,
  metadata: user.metadata,
  ...supplementToJson(user),
  version: user.version,
});

/** The members that records of a version of the service without sessions lack. */
export const supplementToJson = ({ revocations, ...user }: User) => ({
  email_verified_at: timeOrNull(user.emailVerifiedAt),
  status: user.status,
  password_changed_at: toRfc3339(user.passwordChangedAt),
  session_epoch: revocations.epoch,
  session_kept: revocations.kept,
  sessions_ended: revocations.ended.map(({ id, until }) => [id, until]),
  idempotency_key: user.idempotencyKey,
});

/** Whether a record has the members of `supplementToJson`. */
export const hasSupplement = (json: Record<string, unknown>): boolean => json['session_epoch'] !== undefined;

/** Whether a record has all members. Otherwise a version of the service that knows less has written it. */
export const isComplete = (json: Record<string, unknown>): boolean =>
  hasSupplement(json) && json['metadata'] !== undefined;

/** Whether those members only say what a record without them says. */
export const isPlain = (user: User): boolean =>
  JSON.stringify(supplementToJson(user)) ===
  JSON.stringify(supplementToJson({ ...user, ...userDefaults(user.createdAt) }));

/** @throws {ValidationFailed} when the object is not a complete and valid user. */
export function userFromJson(json: Record<string, unknown>): User {
  const createdAt = fromRfc3339(json['created_at']);
  return {
    id: parseUserId(json['user_id']),
    email: parseStoredEmail(json['email']),
    passwordHash: parsePasswordHash(json['password_hash']),
    phone: nullOr(parsePhone, json['phone']),
    name: nullOr(parseStoredName, json['name']),
    deviceId: parseDeviceId(json['device_id']),
    createdAt,
    updatedAt: fromRfc3339(json['updated_at']),
    lastLogin: nullOr(fromRfc3339, json['last_login']),
    preferences: parsePreferences(json['preferences']),
    ...supplementFromJson(json, createdAt),
    metadata: parsePreferences(json['metadata'] ?? {}),
    version: parseVersion(json['version']),
  };
}

function supplementFromJson(json: Record<string, unknown>, createdAt: Timestamp) {
  if (!hasSupplement(json)) return userDefaults(createdAt);
  return {
    emailVerifiedAt: nullOr(fromRfc3339, json['email_verified_at']),
    status: parseUserStatus(json['status']),
    passwordChangedAt: fromRfc3339(json['password_changed_at']),
    revocations: {
      epoch: parseEpoch(json['session_epoch']),
      kept: nullOr(parseSessionId, json['session_kept']),
      ended: parseEnded(json['sessions_ended']),
    },
    idempotencyKey: nullOr(parseDigest, json['idempotency_key']),
  };
}

export const timeOrNull = (time: Timestamp | null): string | null => (time === null ? null : toRfc3339(time));

/** @throws {ValidationFailed} */
export const nullOr = <T>(parse: (input: unknown) => T, input: unknown): T | null =>
  input === null ? null : parse(input);

/** @throws {ValidationFailed} */
export function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ValidationFailed('must be JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ValidationFailed('must be a JSON object');
  }
  return value as Record<string, unknown>;
}

/** @throws {ValidationFailed} */
export function parseVersion(input: unknown): number {
  if (!Number.isSafeInteger(input) || (input as number) < 1) throw new ValidationFailed('must be a version');
  return input as number;
}

/** @throws {ValidationFailed} */
export function parseCount(input: unknown): number {
  if (!Number.isSafeInteger(input) || (input as number) < 0) throw new ValidationFailed('must be a count');
  return input as number;
}

import {
  fromRfc3339,
  parseDeviceId,
  parsePasswordHash,
  parsePhone,
  parsePreferences,
  parseStoredEmail,
  parseStoredName,
  parseUserId,
  toRfc3339,
  type User,
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
  last_login: user.lastLogin === null ? null : toRfc3339(user.lastLogin),
  preferences: user.preferences,
  version: user.version,
});

/** @throws {ValidationFailed} when the object is not a complete and valid user. */
export function userFromJson(json: Record<string, unknown>): User {
  return {
    id: parseUserId(json['user_id']),
    email: parseStoredEmail(json['email']),
    passwordHash: parsePasswordHash(json['password_hash']),
    phone: json['phone'] === null ? null : parsePhone(json['phone']),
    name: json['name'] === null ? null : parseStoredName(json['name']),
    deviceId: parseDeviceId(json['device_id']),
    createdAt: fromRfc3339(json['created_at']),
    updatedAt: fromRfc3339(json['updated_at']),
    lastLogin: json['last_login'] === null ? null : fromRfc3339(json['last_login']),
    preferences: parsePreferences(json['preferences']),
    version: parseVersion(json['version']),
  };
}

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

function parseVersion(input: unknown): number {
  if (!Number.isSafeInteger(input) || (input as number) < 1) throw new ValidationFailed('must be a version');
  return input as number;
}

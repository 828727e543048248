import {
  lastActive,
  parseDeviceId,
  parsePasswordHash,
  parsePhone,
  parsePreferences,
  parseStoredEmail,
  parseStoredName,
  parseTimestamp,
  parseUserId,
  type User,
  type UserId,
} from '@user-management/domain';
import type { Insertable, Selectable } from 'kysely';
import type { UserTable } from '../schema/tables.ts';

export type UserRow = Selectable<UserTable>;

/**
 * No version of this service can have written this row. The message names the user and the column, but not
 * the value.
 */
export class UnreadableUser extends Error {
  constructor(id: unknown, column: keyof UserTable, cause: unknown) {
    const user = typeof id === 'string' ? id : 'without an id';
    super(`The stored user ${user} cannot be used: the column ${column} is not valid.`, { cause });
    this.name = 'UnreadableUser';
  }
}

export const toRow = (user: User) =>
  ({
    id: user.id,
    email: user.email,
    password_hash: user.passwordHash,
    phone: user.phone,
    name: user.name,
    device_id: user.deviceId,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    last_login: user.lastLogin,
    last_active: lastActive(user),
    preferences: JSON.stringify(user.preferences),
    version: user.version,
  }) satisfies Insertable<UserTable>;

/** @throws {UnreadableUser} */
export const fromRow = (row: UserRow): User => ({
  id: parseId(row),
  email: column(row, 'email', unchanged(parseStoredEmail)),
  passwordHash: column(row, 'password_hash', parsePasswordHash),
  phone: column(row, 'phone', orNull(parsePhone)),
  name: column(row, 'name', orNull(parseStoredName)),
  deviceId: column(row, 'device_id', parseDeviceId),
  createdAt: column(row, 'created_at', parseInstant),
  updatedAt: column(row, 'updated_at', parseInstant),
  lastLogin: column(row, 'last_login', orNull(parseInstant)),
  preferences: column(row, 'preferences', (input) => parsePreferences(JSON.parse(input as string))),
  version: column(row, 'version', parseVersion),
});

/** @throws {UnreadableUser} */
export const parseId = (row: Pick<UserRow, 'id'>): UserId => column(row, 'id', parseUserId);

type Parse<T> = (input: unknown) => T;

function column<Name extends keyof UserTable, T>(
  row: Pick<UserRow, Name | 'id'>,
  name: Name,
  parse: Parse<T>,
): T {
  try {
    return parse(row[name]);
  } catch (error) {
    throw new UnreadableUser(row.id, name, error);
  }
}

const orNull =
  <T>(parse: Parse<T>): Parse<T | null> =>
  (input) =>
    input === null ? null : parse(input);

/** A stored value is already in normal form. Another form would allow two spellings of one email. */
const unchanged =
  <T>(parse: Parse<T>): Parse<T> =>
  (input) => {
    const parsed = parse(input);
    if (parsed !== input) throw new Error('is not in its normal form');
    return parsed;
  };

const parseInstant = (input: unknown) => parseTimestamp(parseInteger(input));

function parseVersion(input: unknown): number {
  const version = parseInteger(input);
  if (!Number.isSafeInteger(version) || version < 1) throw new Error('is not a version');
  return version;
}

/** PostgreSQL's driver returns 64-bit integers as strings, SQLite's driver returns numbers. */
function parseInteger(input: unknown): number {
  if (typeof input === 'number') return input;
  if (typeof input !== 'string' || !/^\d{1,16}$/.test(input)) throw new Error('is not an integer');
  return Number(input);
}

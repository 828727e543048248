import {
  type Email,
  lastActive,
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
  type User,
  type UserId,
} from '@user-management/domain';
import type { Insertable, Selectable } from 'kysely';
import type { UserTable } from '../schema/tables.ts';
import { columnsOf, fromInteger, fromJson, orNull, parseInstant, parseVersion, unchanged } from './row.ts';

export type UserRow = Selectable<UserTable>;

const column = columnsOf('user');

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
    metadata: JSON.stringify(user.metadata),
    email_verified_at: user.emailVerifiedAt,
    status: user.status,
    password_changed_at: user.passwordChangedAt,
    session_epoch: user.revocations.epoch,
    session_kept: user.revocations.kept,
    sessions_ended: JSON.stringify(user.revocations.ended.map(({ id, until }) => [id, until])),
    idempotency_key: user.idempotencyKey,
    version: user.version,
  }) satisfies Insertable<UserTable>;

/** @throws {UnreadableRow} */
export function fromRow(row: UserRow): User {
  const createdAt = column(row, 'created_at', parseInstant);
  return {
    id: parseId(row),
    email: parseEmailOf(row),
    passwordHash: column(row, 'password_hash', parsePasswordHash),
    phone: column(row, 'phone', orNull(parsePhone)),
    name: column(row, 'name', orNull(parseStoredName)),
    deviceId: column(row, 'device_id', parseDeviceId),
    createdAt,
    updatedAt: column(row, 'updated_at', parseInstant),
    lastLogin: column(row, 'last_login', orNull(parseInstant)),
    preferences: column(row, 'preferences', fromJson(parsePreferences)),
    metadata: column(row, 'metadata', fromJson(parsePreferences)),
    emailVerifiedAt: column(row, 'email_verified_at', orNull(parseInstant)),
    status: column(row, 'status', parseUserStatus),
    passwordChangedAt: column(row, 'password_changed_at', orNull(parseInstant)) ?? createdAt,
    revocations: {
      epoch: column(row, 'session_epoch', fromInteger(parseEpoch)),
      kept: column(row, 'session_kept', orNull(parseSessionId)),
      ended: column(row, 'sessions_ended', fromJson(parseEnded)),
    },
    idempotencyKey: column(row, 'idempotency_key', orNull(parseDigest)),
    version: column(row, 'version', parseVersion),
  };
}

/** @throws {UnreadableRow} */
export const parseId = (row: Pick<UserRow, 'id'>): UserId => column(row, 'id', parseUserId);

/** @throws {UnreadableRow} */
export const parseEmailOf = (row: Pick<UserRow, 'id' | 'email'>): Email =>
  column(row, 'email', unchanged(parseStoredEmail));

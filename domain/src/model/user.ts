import type { Brand } from './brand.ts';
import type { Email } from './email.ts';
import { ValidationFailed } from './errors.ts';
import type { PasswordHash } from './password.ts';
import type { Preferences } from './preferences.ts';
import type { DeviceId, Name, Phone } from './profile.ts';
import type { Timestamp } from './timestamp.ts';

/** `usr_` and the 32 hex digits of a UUIDv7 (RFC 9562). */
export type UserId = Brand<string, 'UserId'>;

export const USER_ID_PATTERN = /^usr_[0-9a-f]{32}$/;

/** @throws {ValidationFailed} */
export function parseUserId(input: unknown): UserId {
  if (typeof input !== 'string' || !USER_ID_PATTERN.test(input)) {
    throw new ValidationFailed('must be usr_ and 32 hex digits');
  }
  return input as UserId;
}

/** A user at one version. Immutable: a change makes a new object with the next version. */
export interface User {
  readonly id: UserId;
  readonly email: Email;
  readonly passwordHash: PasswordHash;
  readonly phone: Phone | null;
  readonly name: Name | null;
  /** The device that registered or last logged in. */
  readonly deviceId: DeviceId;
  readonly createdAt: Timestamp;
  /** When the user's own data last changed. A login does not count. */
  readonly updatedAt: Timestamp;
  readonly lastLogin: Timestamp | null;
  readonly preferences: Preferences;
  /** 1 after the registration. Every change adds 1. */
  readonly version: number;
}

export interface Registration {
  readonly email: Email;
  readonly deviceId: DeviceId;
  readonly phone: Phone | null;
  readonly name: Name | null;
  readonly preferences: Preferences;
}

export const newUser = (
  id: UserId,
  registration: Registration,
  passwordHash: PasswordHash,
  now: Timestamp,
): User => ({
  id,
  ...registration,
  passwordHash,
  createdAt: now,
  updatedAt: now,
  lastLogin: null,
  version: 1,
});

export const withPreferences = (user: User, preferences: Preferences, now: Timestamp): User => ({
  ...user,
  preferences,
  updatedAt: now,
  version: user.version + 1,
});

export const withLogin = (
  user: User,
  deviceId: DeviceId,
  passwordHash: PasswordHash,
  now: Timestamp,
): User => ({
  ...user,
  deviceId,
  passwordHash,
  lastLogin: now,
  version: user.version + 1,
});

/** The time of the last login, or of the registration before the first login. */
export const lastActive = (user: User): Timestamp => user.lastLogin ?? user.createdAt;

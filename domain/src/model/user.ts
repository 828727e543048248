import type { Digest } from './digest.ts';
import type { Email } from './email.ts';
import { ValidationFailed } from './errors.ts';
import type { PasswordHash } from './password.ts';
import type { Metadata, Preferences } from './preferences.ts';
import type { DeviceId, Name, Phone } from './profile.ts';
import { NO_REVOCATIONS, revokeAll, type Revocations } from './revocations.ts';
import type { Timestamp } from './timestamp.ts';
import type { UserId } from './user-id.ts';

/** `deleting`: the user is gone for everybody, and what belongs to them is being removed. */
export type UserStatus = 'active' | 'disabled' | 'deleting';

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
  readonly metadata: Metadata;
  /** When the address was last proven. */
  readonly emailVerifiedAt: Timestamp | null;
  readonly status: UserStatus;
  readonly passwordChangedAt: Timestamp;
  readonly revocations: Revocations;
  /** The digest of the key with which the registration can be repeated. */
  readonly idempotencyKey: Digest | null;
  /** 1 after the registration. Every change adds 1. */
  readonly version: number;
}

/** The members that records of earlier versions of the service lack. */
export const userDefaults = (createdAt: Timestamp) =>
  ({
    metadata: {},
    emailVerifiedAt: null,
    status: 'active',
    passwordChangedAt: createdAt,
    revocations: NO_REVOCATIONS,
    idempotencyKey: null,
  }) satisfies Partial<User>;

/** A store's value. @throws {ValidationFailed} */
export function parseUserStatus(input: unknown): UserStatus {
  if (input === 'active' || input === 'disabled' || input === 'deleting') return input;
  throw new ValidationFailed('must be active, disabled or deleting');
}

export interface Registration {
  readonly email: Email;
  readonly deviceId: DeviceId;
  readonly phone: Phone | null;
  readonly name: Name | null;
  readonly preferences: Preferences;
  readonly idempotencyKey: Digest | null;
}

export interface ProfilePatch {
  readonly name?: Name | null | undefined;
  readonly phone?: Phone | null | undefined;
}

export const newUser = (
  id: UserId,
  registration: Registration,
  passwordHash: PasswordHash,
  now: Timestamp,
): User => ({
  id,
  ...userDefaults(now),
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

/** `undefined` members stay as they are. */
export const withProfile = (
  user: User,
  { name = user.name, phone = user.phone }: ProfilePatch,
  now: Timestamp,
): User => ({ ...user, name, phone, updatedAt: now, version: user.version + 1 });

/** Ends every session in the same change. */
export const withPassword = (user: User, passwordHash: PasswordHash, now: Timestamp): User => ({
  ...user,
  passwordHash,
  passwordChangedAt: now,
  revocations: revokeAll(user.revocations),
  updatedAt: now,
  version: user.version + 1,
});

/** The code came to the address of the user, so the address is proven as well. */
export const withReset = (user: User, passwordHash: PasswordHash, now: Timestamp): User => ({
  ...withPassword(user, passwordHash, now),
  emailVerifiedAt: now,
});

export const withVerifiedEmail = (user: User, now: Timestamp): User => ({
  ...user,
  emailVerifiedAt: now,
  updatedAt: now,
  version: user.version + 1,
});

/** The new address is proven by the change. */
export const withEmail = (user: User, email: Email, now: Timestamp): User => ({
  ...withVerifiedEmail(user, now),
  email,
});

/** Brings the old address back and ends every session, because a stranger may have one. */
export const withUndoneEmail = (user: User, email: Email, now: Timestamp): User => ({
  ...withEmail(user, email, now),
  revocations: revokeAll(user.revocations),
});

/** Sessions are no data of the user's own, so `updatedAt` stays. */
export const withRevocations = (user: User, revocations: Revocations): User =>
  revocations === user.revocations ? user : { ...user, revocations, version: user.version + 1 };

/** The first step of a deletion: from here on nobody can log in as the user or use a session. */
export const withDeletion = (user: User): User => ({
  ...user,
  status: 'deleting',
  revocations: revokeAll(user.revocations),
  version: user.version + 1,
});

/** Who is to be removed. The email is missing where the record is damaged. */
export type Removal = Pick<User, 'id'> & { readonly email?: Email | undefined };

/** The time of the last login, or of the registration before the first login. */
export const lastActive = (user: User): Timestamp => user.lastLogin ?? user.createdAt;

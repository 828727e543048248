import type { Email } from './email.ts';
import { ValidationFailed } from './errors.ts';
import type { EventType } from './event.ts';
import { mergePatch, parsePreferences, type Preferences, type PreferencesPatch } from './preferences.ts';
import { revokeAll } from './revocations.ts';
import type { Timestamp } from './timestamp.ts';
import type { ProfilePatch, User } from './user.ts';

/** What an operator changes about a user. `undefined` members stay as they are. */
export interface UserPatch extends ProfilePatch {
  readonly email?: Email | undefined;
  readonly emailVerified?: boolean | undefined;
  readonly status?: 'active' | 'disabled' | undefined;
  /** `null` removes all of it. */
  readonly metadata?: PreferencesPatch | null | undefined;
  readonly preferences?: PreferencesPatch | null | undefined;
}

/**
 * The user with the patch, or the user itself when nothing changes. A new email is not verified unless the
 * patch says so. Disabling ends every session in the same change.
 * @throws {ValidationFailed} when the metadata or the preferences exceed their limits.
 */
export function withPatch(user: User, patch: UserPatch, now: Timestamp): User {
  const { email = user.email, name = user.name, phone = user.phone, status = user.status } = patch;
  const disabled = status === 'disabled' && user.status !== 'disabled';
  const changed: User = {
    ...user,
    email,
    emailVerifiedAt: verifiedAt(user, patch, now),
    name,
    phone,
    status,
    metadata: merged('metadata', user, patch),
    preferences: merged('preferences', user, patch),
    revocations: disabled ? revokeAll(user.revocations) : user.revocations,
  };
  if (JSON.stringify(changed) === JSON.stringify(user)) return user;
  return { ...changed, updatedAt: now, version: user.version + 1 };
}

function verifiedAt(user: User, { email, emailVerified }: UserPatch, now: Timestamp): Timestamp | null {
  const kept = email === undefined || email === user.email ? user.emailVerifiedAt : null;
  return emailVerified === undefined ? kept : emailVerified ? (kept ?? now) : null;
}

function merged(member: 'metadata' | 'preferences', user: User, patch: UserPatch): Preferences {
  const change = patch[member];
  if (change === undefined) return user[member];
  if (change === null) return {};
  try {
    return parsePreferences(mergePatch(user[member], change));
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    const faults = error.faults.map(({ path, message }) => ({ path: [member, ...path], message }));
    throw new ValidationFailed(faults, error.more);
  }
}

/** What a change by an operator is recorded as. */
export function eventTypesOf(before: User, after: User): readonly EventType[] {
  const types: EventType[] = [];
  if (after.email !== before.email) types.push('user.email_changed');
  if (after.emailVerifiedAt !== null && after.emailVerifiedAt !== before.emailVerifiedAt) {
    types.push('user.email_verified');
  }
  if (after.status !== before.status) {
    types.push(after.status === 'disabled' ? 'user.disabled' : 'user.enabled');
  }
  return types.length === 0 || isOtherwiseChanged(before, after) ? [...types, 'user.updated'] : types;
}

const isOtherwiseChanged = (a: User, b: User): boolean =>
  (['name', 'phone', 'metadata', 'preferences'] as const).some(
    (member) => JSON.stringify(a[member]) !== JSON.stringify(b[member]),
  );

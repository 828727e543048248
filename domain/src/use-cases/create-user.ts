import { EmailTaken } from '../model/errors.ts';
import type { Origin } from '../model/event.ts';
import type { IdempotencyKey } from '../model/idempotency-key.ts';
import type { Password, PasswordHash } from '../model/password.ts';
import type { Metadata } from '../model/preferences.ts';
import { type DeviceId, UNKNOWN_DEVICE } from '../model/profile.ts';
import { newUser, type Registration, type User } from '../model/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Addition, UserRepository } from '../ports/user-repository.ts';
import type { CheckNewPassword } from './check-new-password.ts';
import { checkOtherSpellings } from './find-by-mailbox.ts';
import { effectOf } from './new-event.ts';

interface Ports {
  users: UserRepository;
  hasher: PasswordHasher;
  identifiers: Identifiers;
  clock: Clock;
  secrets: Secrets;
  checkNewPassword: CheckNewPassword;
}

/** A user whom an operator adds. */
export interface NewUser extends Omit<Registration, 'deviceId' | 'idempotencyKey'> {
  readonly deviceId?: DeviceId | undefined;
  readonly metadata: Metadata;
  readonly emailVerified: boolean;
  /** `active` by default. */
  readonly status?: 'active' | 'disabled' | undefined;
  readonly credential: Credential;
  /** With the same key and email, a repeat gets the same user. */
  readonly idempotencyKey?: IdempotencyKey | undefined;
}

/** `none`: the user sets a password by a reset. `hash`: another system made it. */
type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly password: Password }
  | { readonly kind: 'hash'; readonly hash: string };

/**
 * Makes a user who can be added, with the event.
 * @throws {WeakPassword | UnusableHash | EmailTaken | Overloaded | DependencyUnavailable}
 */
export const prepareUser =
  (ports: Ports) =>
  async (given: NewUser, origin: Origin): Promise<Addition> => {
    const { users, identifiers, clock, secrets } = ports;
    const { credential, metadata, emailVerified, status = 'active', ...registered } = given;
    const { deviceId = UNKNOWN_DEVICE, idempotencyKey: key } = registered;
    const registration = { ...registered, deviceId, idempotencyKey: key ? digestOf(secrets, key) : null };
    await checkOtherSpellings(users, given.email);
    const passwordHash = await hashOf(ports, credential, registration);
    const now = clock.now();
    const made = newUser(identifiers.newUserId(now), registration, passwordHash, now);
    const user = { ...made, metadata, status, emailVerifiedAt: emailVerified ? now : null };
    return { user, effects: effectOf(ports, 'user.registered', user.id, origin) };
  };

/**
 * Adds a user, and starts no session.
 * @throws {WeakPassword | UnusableHash | EmailTaken | Overloaded | DependencyUnavailable}
 */
export const createUser =
  (ports: Ports) =>
  async (given: NewUser, origin: Origin): Promise<User> => {
    const { users, secrets } = ports;
    try {
      const { user, effects } = await prepareUser(ports)(given, origin);
      await users.add(user, effects);
      return user;
    } catch (error) {
      if (!(error instanceof EmailTaken) || !given.idempotencyKey) throw error;
      const earlier = await users.findByEmail(given.email);
      const key = digestOf(secrets, given.idempotencyKey);
      const isSame = earlier?.idempotencyKey && secrets.equal(earlier.idempotencyKey, key);
      if (!isSame || earlier.status === 'deleting') throw error;
      return earlier;
    }
  };

/**
 * Anybody can register with the email and the key that an operator is about to use. The operator would get
 * that account as the new one. A key has no space, so this is the digest of no registration's key.
 */
const digestOf = (secrets: Secrets, key: IdempotencyKey) => secrets.digest(`operator ${key}`);

async function hashOf(
  { hasher, checkNewPassword }: Ports,
  credential: Credential,
  owner: Registration,
): Promise<PasswordHash> {
  if (credential.kind === 'none') return hasher.unusable();
  if (credential.kind === 'hash') return hasher.adopt(credential.hash);
  await checkNewPassword(credential.password, owner);
  return hasher.hash(credential.password);
}

import type { Device } from '../model/device.ts';
import type { Digest } from '../model/digest.ts';
import type { Email } from '../model/email.ts';
import { EmailTaken, WeakPassword } from '../model/errors.ts';
import type { IdempotencyKey } from '../model/idempotency-key.ts';
import type { Password } from '../model/password.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { KnownDevices } from '../ports/known-devices.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { newUser, type Registration, type User } from '../model/user.ts';
import type { CheckNewPassword } from './check-new-password.ts';
import { checkOtherSpellings } from './find-by-mailbox.ts';
import { rememberDevice } from './known-device.ts';
import { byDevice, effectOf } from './new-event.ts';
import type { LoggedIn } from './log-in.ts';
import type { StartSession } from './start-session.ts';

interface Ports {
  users: UserRepository;
  hasher: PasswordHasher;
  identifiers: Identifiers;
  clock: Clock;
  knownDevices: KnownDevices;
  secrets: Secrets;
  checkNewPassword: CheckNewPassword;
  startSession: StartSession;
}

/** What a person registers with. */
export interface Applicant extends Omit<Registration, 'deviceId' | 'idempotencyKey'> {
  readonly device: Device;
  /** With the same key, email and password, a repeated registration gets the same user. */
  readonly idempotencyKey?: IdempotencyKey | undefined;
}

/**
 * Makes a user and logs them in. The repository decides, when it writes, whether the email is free.
 * @throws {WeakPassword | EmailTaken | Overloaded | DependencyUnavailable}
 */
export const registerUser =
  (ports: Ports) =>
  async (applicant: Applicant, password: Password): Promise<LoggedIn> => {
    const { device, idempotencyKey, ...profile } = applicant;
    const key = idempotencyKey ? ports.secrets.digest(idempotencyKey) : null;
    const registration = { ...profile, deviceId: device.deviceId, idempotencyKey: key };
    const user = await create(ports, registration, device, password).catch(async (error: unknown) => {
      // The rules for passwords may be stricter than at the first registration.
      const mayBeRepeated = error instanceof EmailTaken || error instanceof WeakPassword;
      const earlier = mayBeRepeated && key && (await repeated(ports, profile.email, key));
      if (!earlier || !(await ports.hasher.verify(earlier.passwordHash, password))) throw error;
      return earlier;
    });
    const [auth, pass] = await Promise.all([ports.startSession(user, device), rememberDevice(ports, user)]);
    return { user, auth, device: pass };
  };

async function create(
  ports: Ports,
  registration: Registration,
  device: Device,
  password: Password,
): Promise<User> {
  const { users, hasher, identifiers, clock } = ports;
  await ports.checkNewPassword(password, registration);
  await checkOtherSpellings(users, registration.email);
  const passwordHash = await hasher.hash(password);
  const now = clock.now();
  const user = newUser(identifiers.newUserId(now), registration, passwordHash, now);
  await users.add(user, effectOf(ports, 'user.registered', user.id, byDevice(device)));
  return user;
}

/** The user whom an earlier registration with this key made. */
async function repeated({ users, secrets }: Ports, email: Email, key: Digest): Promise<User | undefined> {
  const user = await users.findByEmail(email);
  const same = user?.idempotencyKey && secrets.equal(user.idempotencyKey, key);
  return same && user.status === 'active' ? user : undefined;
}

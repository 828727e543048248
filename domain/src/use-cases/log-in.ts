import type { Device } from '../model/device.ts';
import { type Email, mailboxOf } from '../model/email.ts';
import { InvalidCredentials, Unauthenticated, UserNotFound } from '../model/errors.ts';
import type { DeviceToken } from '../model/known-device.ts';
import type { MailPolicy } from '../model/mail-policy.ts';
import type { Password } from '../model/password.ts';
import type { Clock } from '../ports/clock.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { KnownDevices } from '../ports/known-devices.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { SessionPolicy } from '../model/session.ts';
import { type User, withLogin } from '../model/user.ts';
import { countTry, forgetTries, triesOfStrangers, triesOnDevice } from './count-try.ts';
import { findByMailbox } from './find-by-mailbox.ts';
import { type DevicePass, rememberDevice, userOnDevice } from './known-device.ts';
import { byDevice } from './new-event.ts';
import { notice } from './new-mail.ts';
import type { NoteFailure } from './note-failure.ts';
import type { Auth, StartSession } from './start-session.ts';

interface Ports {
  users: UserRepository;
  hasher: PasswordHasher;
  clock: Clock;
  identifiers: Identifiers;
  sessions: SessionRepository;
  knownDevices: KnownDevices;
  limiter: RateLimiter;
  secrets: Secrets;
  policy: SessionPolicy;
  mail: MailPolicy | null;
  noteFailure: NoteFailure;
  startSession: StartSession;
}

export interface Credentials {
  readonly email: Email;
  readonly password: Password;
}

export interface LoggedIn {
  readonly user: User;
  readonly auth: Auth;
  readonly device: DevicePass;
}

/**
 * Checks the password, notes the login and starts a session. A hash made with outdated parameters is
 * replaced, since only now is the password at hand.
 *
 * Failures on a known device are counted apart, so strangers who guess do not keep its owner out. A refused
 * try looks nobody up and computes no hash.
 * @param shown what an earlier login on the device was given.
 * @throws {RateLimited | InvalidCredentials | Overloaded | DependencyUnavailable}
 */
export const logIn = (ports: Ports) => {
  const { limiter, startSession } = ports;
  const check = checkCredentials(ports);
  return async (credentials: Credentials, device: Device, shown?: DeviceToken): Promise<LoggedIn> => {
    const { known, owner, tries } = await triesOf(ports, credentials.email, shown);
    await countTry(limiter, tries);
    const user = await check(credentials, device, owner);
    const mails = await noticeOf(ports, user, device);
    const [auth, pass] = await Promise.all([
      startSession(user, device, mails).catch(asInvalidCredentials),
      rememberDevice(ports, user, known),
      forgetTries(limiter, tries),
    ]);
    return { user, auth, device: pass };
  };
};

/** @returns also the token and its owner, if it is one of this account. */
async function triesOf(ports: Ports, email: Email, shown: DeviceToken | undefined) {
  const account = mailboxOf(email);
  const owner = shown && (await userOnDevice(ports, email, shown));
  if (!owner) return { tries: triesOfStrangers(account) };
  return { known: shown, owner, tries: triesOnDevice(account, ports.secrets.digest(shown), owner) };
}

function checkCredentials({ users, hasher, clock, noteFailure }: Ports) {
  /** @param seen the user, if this login has read it already. */
  const attempt = async (credentials: Credentials, device: Device, seen?: User): Promise<User> => {
    const { email, password } = credentials;
    const found = seen ?? (await findByMailbox(users, email));
    const correct = await hasher.verify(found?.passwordHash, password);
    if (!correct && found) noteFailure(found.id, byDevice(device));
    if (!correct || found?.status !== 'active') throw new InvalidCredentials();

    const verified = found.passwordHash;
    const fresh = hasher.needsRehash(verified) ? await hasher.hash(password) : verified;
    const now = clock.now();
    const user = await users
      .update(
        found.id,
        (current) =>
          current.passwordHash === verified && current.status === 'active'
            ? withLogin(current, device.deviceId, fresh, now)
            : current,
        undefined,
        found,
      )
      .catch(asInvalidCredentials);
    // The hash that was verified is gone (another login made it anew, or the password has changed), or the
    // user was disabled. Only a new check can tell.
    if (user.passwordHash !== fresh || user.status !== 'active') return attempt(credentials, device);
    return user;
  };
  return attempt;
}

/** A notice for a device on which the user has no session, where the operators want it. */
async function noticeOf(ports: Ports, user: User, device: Device) {
  const { sessions, clock, policy, mail } = ports;
  if (!mail?.notifyNewDevice) return [];
  const alive = await sessions.alive(user, clock.now(), policy.sessionsPerUser);
  const isKnown = alive.some((session) => session.device.deviceId === device.deviceId);
  return isKnown ? [] : notice(ports, 'new-device', user, device);
}

/** The user was deleted or disabled meanwhile: the answer is that of an email that is not registered. */
function asInvalidCredentials(error: unknown): never {
  const gone = error instanceof UserNotFound || error instanceof Unauthenticated;
  throw gone ? new InvalidCredentials() : error;
}

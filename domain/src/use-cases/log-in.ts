import type { Device } from '../model/device.ts';
import { type Email, mailboxOf } from '../model/email.ts';
import { InvalidCredentials, Unauthenticated, UserNotFound } from '../model/errors.ts';
import type { DeviceToken } from '../model/known-device.ts';
import type { Password, PasswordHash } from '../model/password.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { KnownDevices } from '../ports/known-devices.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { SessionPolicy } from '../model/session.ts';
import { type User, withLogin } from '../model/user.ts';
import { aliveSessions } from './alive-sessions.ts';
import { countTry, forgetTries, type Tries, triesOfStrangers, triesOnDevice } from './count-try.ts';
import { findByMailbox } from './find-by-mailbox.ts';
import { type DevicePass, rememberDevice, userOnDevice } from './known-device.ts';
import { notice, type NoticePorts } from './mail-limit.ts';
import { byDevice } from './new-event.ts';
import type { NoteFailure } from './note-failure.ts';
import type { Auth, StartSession } from './start-session.ts';

interface Ports extends NoticePorts {
  users: UserRepository;
  hasher: PasswordHasher;
  sessions: SessionRepository;
  knownDevices: KnownDevices;
  secrets: Secrets;
  policy: SessionPolicy;
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
 * try looks nobody up and computes no hash. It only asks the cache which id belongs to the email.
 * @param shown what an earlier login on the device was given.
 * @throws {RateLimited | InvalidCredentials | Overloaded | DependencyUnavailable}
 */
export const logIn = (ports: Ports) => {
  const letIn = enter(ports);
  return async (credentials: Credentials, device: Device, shown?: DeviceToken): Promise<LoggedIn> => {
    const { known, owner, tries } = await triesOf(ports, credentials.email, shown);
    const counted = countTry(ports.limiter, tries);
    const lookup = owner ?? findByMailbox(ports.users, credentials.email, counted);
    const [found] = await Promise.all([lookup, counted]);
    return letIn({ credentials, device, known, tries }, found);
  };
};

/** @returns also the token and its owner, if it is one of this account. */
async function triesOf(ports: Ports, email: Email, shown: DeviceToken | undefined) {
  const account = mailboxOf(email);
  const owner = shown && (await userOnDevice(ports, email, shown));
  if (!owner) return { tries: triesOfStrangers(account) };
  return { known: shown, owner, tries: triesOnDevice(account, ports.secrets.digest(shown), owner) };
}

interface Entrance {
  readonly credentials: Credentials;
  readonly device: Device;
  readonly tries: Tries;
  /** The token that the device has already. */
  readonly known: DeviceToken | undefined;
}

/**
 * The session starts while the login is noted, because both need several round trips. The note shows whether
 * the password that was checked is still the user's.
 */
function enter(ports: Ports) {
  const { limiter, startSession } = ports;
  return async function letIn(entrance: Entrance, found: User | undefined): Promise<LoggedIn> {
    const { credentials, device, tries, known } = entrance;
    const checked = await checkCredentials(ports, entrance, found);
    const mails = await noticeOf(ports, checked, device);
    const noted = noteLogin(ports, checked, entrance);
    const [auth, pass] = await Promise.all([
      startSession(checked, device, { mails, noted }).catch(asInvalidCredentials),
      rememberDevice(ports, checked, known),
      forgetTries(limiter, tries),
    ]);
    const user = await noted;
    if (user) return { user, auth, device: pass };
    return letIn({ ...entrance, known: pass.token }, await findByMailbox(ports.users, credentials.email));
  };
}

/** @returns the user, whose password it is. */
async function checkCredentials(
  ports: Ports,
  { credentials, device }: Entrance,
  found: User | undefined,
): Promise<User> {
  const correct = await ports.hasher.verify(found?.passwordHash, credentials.password);
  if (!correct && found) ports.noteFailure(found.id, byDevice(device));
  if (!correct || found?.status !== 'active') throw new InvalidCredentials();
  return found;
}

/**
 * @returns nothing if only a new check can tell whether the user may enter: the hash that was checked is gone
 * (another login made it anew, or the password has changed), or the user has been disabled, or has logged out
 * everywhere.
 */
async function noteLogin(ports: Ports, checked: User, { credentials, device }: Entrance) {
  const { users, hasher, clock } = ports;
  const { passwordHash, revocations } = checked;
  const fresh = hasher.needsRehash(passwordHash) ? await hasher.hash(credentials.password) : passwordHash;
  const now = clock.now();
  const isCurrent = (user: User, hash: PasswordHash) =>
    user.passwordHash === hash && user.status === 'active' && user.revocations.epoch === revocations.epoch;
  const note = (user: User) =>
    isCurrent(user, passwordHash) ? withLogin(user, device.deviceId, fresh, now) : user;
  const user = await users.update(checked.id, note, undefined, checked).catch(asInvalidCredentials);
  return isCurrent(user, fresh) ? user : undefined;
}

/** A notice for a device on which the user has no session, where the operators want it. */
async function noticeOf(ports: Ports, user: User, device: Device) {
  if (!ports.mail?.notifyNewDevice) return [];
  const alive = await aliveSessions(ports, user);
  const isKnown = alive.some((session) => session.device.deviceId === device.deviceId);
  return isKnown ? [] : notice(ports, 'new-device', user, device);
}

/** The user was deleted or disabled meanwhile: the answer is that of an email that is not registered. */
function asInvalidCredentials(error: unknown): never {
  const gone = error instanceof UserNotFound || error instanceof Unauthenticated;
  throw gone ? new InvalidCredentials() : error;
}

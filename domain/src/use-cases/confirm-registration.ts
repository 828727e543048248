import { withoutApplication } from '../model/challenge.ts';
import { EmailTaken } from '../model/errors.ts';
import { newUser, withVerifiedEmail } from '../model/user.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { KnownDevices } from '../ports/known-devices.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { checkCode, type ProofOfAddress } from './check-code.ts';
import { checkOtherSpellings } from './find-by-mailbox.ts';
import type { ChallengePorts } from './issue-challenge.ts';
import { rememberDevice } from './known-device.ts';
import type { LoggedIn } from './log-in.ts';
import { byDevice, effectOf } from './new-event.ts';
import type { StartSession } from './start-session.ts';

interface Ports extends ChallengePorts {
  users: UserRepository;
  identifiers: Identifiers;
  knownDevices: KnownDevices;
  startSession: StartSession;
}

/**
 * The second half of a registration whose address had to be proven: makes the user and logs them in.
 * @throws {CodeInvalid | EmailTaken | MailNotConfigured | DependencyUnavailable} {EmailTaken} also when the
 * code has made the user already.
 */
export const confirmRegistration =
  (ports: Ports) =>
  async (proof: ProofOfAddress): Promise<LoggedIn> => {
    const { users, identifiers, challenges, clock, startSession } = ports;
    const { id, application } = await checkCode(ports, proof, 'registration');
    if (!application) throw new EmailTaken();
    const { registration, passwordHash, device } = application;
    await checkOtherSpellings(users, registration.email);
    const now = clock.now();
    const made = newUser(identifiers.newUserId(now), registration, passwordHash, now);
    const user = { ...withVerifiedEmail(made, now), version: made.version };
    await users.add(user, effectOf(ports, 'user.registered', user.id, byDevice(device)));
    await challenges.update(id, withoutApplication);
    const known = await rememberDevice(ports, user);
    return { user, auth: await startSession(user, device), device: known };
  };

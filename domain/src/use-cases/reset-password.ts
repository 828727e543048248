import type { Challenge } from '../model/challenge.ts';
import { mailboxOf } from '../model/email.ts';
import type { Client } from '../model/device.ts';
import { CodeInvalid } from '../model/errors.ts';
import type { Password } from '../model/password.ts';
import { type User, withReset } from '../model/user.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { isUnchanged } from './challenge-state.ts';
import type { CheckNewPassword } from './check-new-password.ts';
import { asCodeInvalid, checkCode, type ProofOfAddress } from './check-code.ts';
import { forgetTries, triesOfStrangers } from './count-try.ts';
import type { ChallengePorts } from './issue-challenge.ts';
import { notice, type NoticePorts } from './mail-limit.ts';
import { byClient, effectOf } from './new-event.ts';

interface Ports extends ChallengePorts, NoticePorts {
  users: UserRepository;
  hasher: PasswordHasher;
  checkNewPassword: CheckNewPassword;
}

/**
 * Changes the password of the user who has the code. Every session ends in the same write, and the address is
 * proven. The password is checked and hashed before the code is used, so a refused one uses nothing up.
 *
 * The failed logins of the account are forgotten, because the owner has proven the address.
 * @throws {CodeInvalid | WeakPassword | MailNotConfigured | Overloaded | DependencyUnavailable}
 */
export const resetPassword =
  (ports: Ports) =>
  async (proof: ProofOfAddress, password: Password, client: Client): Promise<void> => {
    const challenge = await checkCode(ports, proof, 'password-reset');
    const user = await findUser(ports, challenge);
    await ports.checkNewPassword(password, user);
    const hash = await ports.hasher.hash(password);
    const effects = {
      ...effectOf(ports, 'user.password_reset', user.id, byClient(client)),
      mails: await notice(ports, 'password-changed', user, client),
    };
    const reset = (current: User): User => {
      if (!isUnchanged(ports.secrets, challenge, current)) throw new CodeInvalid();
      return withReset(current, hash, ports.clock.now());
    };
    // Before the write: a failure must not leave the owner with a used code and a login that waits.
    await forgetTries(ports.limiter, triesOfStrangers(mailboxOf(user.email)));
    await ports.users.update(user.id, reset, effects).catch(asCodeInvalid);
    await ports.challenges.remove(challenge.id);
  };

/** @throws {CodeInvalid} */
async function findUser(ports: Ports, challenge: Challenge): Promise<User> {
  const user = challenge.userId && (await ports.users.findById(challenge.userId));
  if (!user || !isUnchanged(ports.secrets, challenge, user)) throw new CodeInvalid();
  return user;
}

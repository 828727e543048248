import type { Client } from '../model/device.ts';
import { CodeInvalid } from '../model/errors.ts';
import { type User, withUndoneEmail } from '../model/user.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { asCodeInvalid, checkCode, type ProofOfAddress } from './check-code.ts';
import type { ChallengePorts } from './issue-challenge.ts';
import { byClient, effectOf } from './new-event.ts';

interface Ports extends ChallengePorts {
  users: UserRepository;
  identifiers: Identifiers;
}

/**
 * Brings the old address back, for the one who has the code from the mail to it, and ends every session.
 * @throws {CodeInvalid | EmailTaken | MailNotConfigured | DependencyUnavailable} {EmailTaken} when another
 * user has the old address by now.
 */
export const undoEmailChange =
  (ports: Ports) =>
  async (proof: ProofOfAddress, client: Client): Promise<void> => {
    const { id, userId, email } = await checkCode(ports, proof, 'email-undo');
    if (userId === null || email === null) throw new CodeInvalid();
    const undo = (current: User): User => {
      if (current.status === 'deleting') throw new CodeInvalid();
      return current.email === email ? current : withUndoneEmail(current, email, ports.clock.now());
    };
    const effects = effectOf(ports, 'user.email_changed', userId, byClient(client));
    await ports.users.update(userId, undo, effects).catch(asCodeInvalid);
    await ports.challenges.remove(id);
  };

import type { Challenge } from '../model/challenge.ts';
import type { Client } from '../model/device.ts';
import { CodeInvalid } from '../model/errors.ts';
import { type User, withUndoneEmail } from '../model/user.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { asCodeInvalid, checkCode, type ProofOfAddress } from './check-code.ts';
import { checkFree } from './find-by-mailbox.ts';
import type { ChallengePorts } from './issue-challenge.ts';
import { byClient, effectOf } from './new-event.ts';

interface Ports extends ChallengePorts {
  users: UserRepository;
  identifiers: Identifiers;
}

/**
 * Brings the old address back, for the one who has the code from the mail to it, and ends every session. The
 * undos of later changes end as well: a thief who changed the email twice has the code of the second undo.
 * @throws {CodeInvalid | EmailTaken | MailNotConfigured | DependencyUnavailable} {EmailTaken} when another
 * user has the old address by now.
 */
export const undoEmailChange =
  (ports: Ports) =>
  async (proof: ProofOfAddress, client: Client): Promise<void> => {
    const challenge = await checkCode(ports, proof, 'email-undo');
    await bringBack(ports, challenge, client);
    await ports.challenges.remove(challenge.id);
  };

/**
 * The change applies to the version that was read, or starts again. So of an undo and a later change that
 * race, the undo stays.
 */
async function bringBack(ports: Ports, challenge: Challenge, client: Client): Promise<void> {
  const { users, clock } = ports;
  const { userId, email } = challenge;
  const before = userId && (await users.findById(userId));
  if (!before || before.status === 'deleting' || email === null) throw new CodeInvalid();
  // Read after the user: the undo of an earlier change may have ended this one.
  if (!(await ports.challenges.find(challenge.id))) throw new CodeInvalid();
  // Where the old address is taken, the undo of a later change is all that is left to the owner.
  await checkFree(users, email, before.id);
  await endLater(ports, challenge, before);
  const seen = { version: before.version };
  const undo = (current: User): User => {
    seen.version = current.version;
    if (current.version !== before.version || current.email === email) return current;
    return withUndoneEmail(current, email, clock.now());
  };
  const effects = effectOf(ports, 'user.email_changed', before.id, byClient(client));
  await users.update(before.id, undo, effects).catch(asCodeInvalid);
  if (seen.version !== before.version) await bringBack(ports, challenge, client);
}

/**
 * Ends the codes that would change the email again. Earlier undos stay. Between two changes, a mail has to
 * arrive. That takes longer than the clocks of replicas differ.
 */
async function endLater({ challenges }: Ports, { createdAt }: Challenge, { id }: User): Promise<void> {
  const ends = ({ purpose, createdAt: time }: Challenge) =>
    purpose === 'email-change' || (purpose === 'email-undo' && time > createdAt);
  for (const later of await challenges.ofUser(id)) if (ends(later)) await challenges.remove(later.id);
}

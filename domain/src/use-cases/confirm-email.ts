import type { Challenge } from '../model/challenge.ts';
import type { Client } from '../model/device.ts';
import type { Email } from '../model/email.ts';
import { CodeInvalid, DependencyUnavailable } from '../model/errors.ts';
import { UNDO_TTL } from '../model/mail-policy.ts';
import { type User, withEmail, withVerifiedEmail } from '../model/user.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { isUnchanged } from './challenge-state.ts';
import { asCodeInvalid, checkCode, type ProofOfAddress } from './check-code.ts';
import { checkOtherSpellings } from './find-by-mailbox.ts';
import { type ChallengePorts, issueChallenge } from './issue-challenge.ts';
import { byClient, effectOf } from './new-event.ts';
import { newMail } from './new-mail.ts';

interface Ports extends ChallengePorts {
  users: UserRepository;
  identifiers: Identifiers;
}

type Found = Challenge & { readonly email: Email };

/**
 * Proves the address of a user, or changes it to the one that the code came to. A repeat of what succeeded
 * succeeds again.
 * @throws {CodeInvalid | EmailTaken | MailNotConfigured | DependencyUnavailable}
 */
export const confirmEmail =
  (ports: Ports) =>
  async (proof: ProofOfAddress, client: Client): Promise<void> => {
    const challenge = await checkCode(ports, proof, 'email-verification', 'email-change');
    const { userId, email } = challenge;
    const user = userId && (await ports.users.findById(userId));
    if (user?.status !== 'active' || email === null) throw new CodeInvalid();
    if (isProven(user, email)) return;
    if (challenge.purpose === 'email-verification') await verify(ports, user, email, client);
    else await change(ports, user, { ...challenge, email }, client);
  };

const isProven = (user: User, email: Email): boolean => user.email === email && user.emailVerifiedAt !== null;

async function verify(ports: Ports, { id }: User, email: Email, client: Client): Promise<void> {
  const apply = (current: User): User => {
    if (current.status !== 'active' || current.email !== email) throw new CodeInvalid();
    return isProven(current, email) ? current : withVerifiedEmail(current, ports.clock.now());
  };
  const effects = effectOf(ports, 'user.email_verified', id, byClient(client));
  await ports.users.update(id, apply, effects).catch(asCodeInvalid);
}

/** The mail to the old address brings a code that takes the change back. */
async function change(ports: Ports, user: User, challenge: Found, client: Client): Promise<void> {
  const { email } = challenge;
  if (!isUnchanged(ports.secrets, challenge, user)) throw new CodeInvalid();
  // An undo ends the challenge before it brings back the address that the challenge was issued for.
  if (!(await ports.challenges.find(challenge.id))) throw new CodeInvalid();
  await checkOtherSpellings(ports.users, email, user.id);
  const undo = await issueUndo(ports, user, client);
  const seen = { changed: false };
  const apply = (current: User): User => {
    seen.changed = false;
    if (isProven(current, email)) return current;
    if (!isUnchanged(ports.secrets, challenge, current)) throw new CodeInvalid();
    seen.changed = true;
    return withEmail(current, email, ports.clock.now());
  };
  const effects = { ...effectOf(ports, 'user.email_changed', user.id, byClient(client)), mails: undo.mails };
  try {
    await ports.users.update(user.id, apply, effects);
  } catch (error) {
    // The write may still succeed later.
    if (!(error instanceof DependencyUnavailable)) await ports.challenges.remove(undo.id);
    asCodeInvalid(error);
  }
  if (!seen.changed) await ports.challenges.remove(undo.id);
}

/** The challenge is stored first, and its mail with the change. Without the change nobody gets the code. */
async function issueUndo(ports: Ports, user: User, client: Client) {
  const mails: ReturnType<typeof newMail>[] = [];
  const { token } = await issueChallenge(ports, {
    purpose: 'email-undo',
    // Each confirmation has its own undo. Otherwise a thief could confirm twice at once: the confirmation
    // that changes nothing would end the undo of the other one.
    about: `${user.id} ${ports.secrets.newSecret()}`,
    userId: user.id,
    email: user.email,
    state: null,
    application: null,
    ttl: UNDO_TTL,
    mails: (proof) => {
      mails.push(newMail(ports, 'email-changed', user, client, proof));
      return [];
    },
  });
  return { id: ports.secrets.digest(token), mails };
}

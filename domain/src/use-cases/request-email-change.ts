import type { Email } from '../model/email.ts';
import { WrongPassword } from '../model/errors.ts';
import type { Password } from '../model/password.ts';
import type { User } from '../model/user.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { Caller } from './authenticate.ts';
import { type ChallengePorts, configured, type IssuedChallenge, issueChallenge } from './issue-challenge.ts';
import { type MailLimitPorts, unlessSilenced } from './mail-limit.ts';
import { byCaller } from './new-event.ts';
import { newMail } from './new-mail.ts';
import type { NoteFailure } from './note-failure.ts';

interface Ports extends ChallengePorts, MailLimitPorts {
  users: UserRepository;
  hasher: PasswordHasher;
  identifiers: Identifiers;
  noteFailure: NoteFailure;
}

/**
 * Mails a code to the new address and a notice to the old one. Whether the new address is taken shows only
 * to the one who has the code.
 * @throws {WrongPassword | MailNotConfigured | Overloaded | DependencyUnavailable}
 */
export const requestEmailChange =
  (ports: Ports) =>
  async (caller: Caller, email: Email, password: Password): Promise<IssuedChallenge> => {
    const ttl = configured(ports.mail).codeTtlVerify;
    const { client } = caller;
    const user = await ports.users.findById(caller.user.id);
    const correct = await ports.hasher.verify(user?.passwordHash, password);
    if (!correct && user) ports.noteFailure(user.id, byCaller(caller));
    if (!correct || user?.status !== 'active') throw new WrongPassword();
    return unlessSilenced(ports, email, ttl, () =>
      issueChallenge(ports, {
        purpose: 'email-change',
        about: user.id,
        userId: user.id,
        email,
        state: stateForEmailChange(ports.secrets, user),
        application: null,
        ttl,
        mails: (proof) => [
          newMail(ports, 'email-change', { ...user, email }, client, proof),
          newMail(ports, 'email-change-requested', user, client),
        ],
      }),
    );
  };

/** A password or an address that changed meanwhile voids the code. The change itself changes the address. */
export const stateForEmailChange = (secrets: Secrets, { passwordHash, email }: User) =>
  secrets.digest(`${passwordHash} ${email}`);

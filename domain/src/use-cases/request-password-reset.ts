import type { Client } from '../model/device.ts';
import type { Email } from '../model/email.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { stateOf } from './asked-state.ts';
import { findByMailbox } from './find-by-mailbox.ts';
import { type ChallengePorts, configured, type IssuedChallenge, issueChallenge } from './issue-challenge.ts';
import { type MailLimitPorts, unlessSilenced } from './mail-limit.ts';
import { newMail } from './new-mail.ts';

interface Ports extends ChallengePorts, MailLimitPorts {
  users: UserRepository;
  identifiers: Identifiers;
}

/**
 * Mails a code to the user who holds the address. For an address that belongs to no active user it does the
 * same, except for the mail: the answer and its time tell nothing.
 * @throws {MailNotConfigured | DependencyUnavailable}
 */
export const requestPasswordReset =
  (ports: Ports) =>
  async (email: Email, client: Client): Promise<IssuedChallenge> => {
    const ttl = configured(ports.mail).codeTtlReset;
    const found = await findByMailbox(ports.users, email);
    const user = found?.status === 'active' ? found : undefined;
    return unlessSilenced(ports, email, ttl, () =>
      issueChallenge(ports, {
        purpose: 'password-reset',
        about: email,
        userId: user?.id ?? null,
        email: null,
        state: user ? stateOf(ports.secrets, user) : null,
        application: null,
        ttl,
        mails: (proof) => (user ? [newMail(ports, 'password-reset', user, client, proof)] : []),
      }),
    );
  };

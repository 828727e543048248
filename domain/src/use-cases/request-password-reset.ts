import type { Client } from '../model/device.ts';
import { type Email, mailboxOf } from '../model/email.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { stateOf } from './challenge-state.ts';
import { findByMailbox } from './find-by-mailbox.ts';
import { existing } from './inspect-user.ts';
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
    configured(ports.mail);
    return issueReset(ports, email, await findByMailbox(ports.users, email), client);
  };

/**
 * Does the same for an operator, who knows the user. So nobody but the owner of the mailbox chooses the
 * password. A disabled user gets no mail.
 * @throws {UserNotFound | MailNotConfigured | DependencyUnavailable}
 */
export const startPasswordReset =
  (ports: Ports) =>
  async (id: UserId): Promise<IssuedChallenge> => {
    configured(ports.mail);
    const user = await existing(ports.users, id);
    return issueReset(ports, user.email, user, NO_CLIENT);
  };

/** The mail says nothing about the machine of an operator. */
const NO_CLIENT: Client = { userAgent: null, ip: null };

function issueReset(
  ports: Ports,
  email: Email,
  found: User | undefined,
  client: Client,
): Promise<IssuedChallenge> {
  const ttl = configured(ports.mail).codeTtlReset;
  const user = found?.status === 'active' ? found : undefined;
  return unlessSilenced(ports, email, ttl, () =>
    issueChallenge(ports, {
      purpose: 'password-reset',
      about: mailboxOf(email),
      userId: user?.id ?? null,
      email: null,
      state: user ? stateOf(ports.secrets, user) : null,
      application: null,
      ttl,
      mails: (proof) => (user ? [newMail(ports, 'password-reset', user, client, proof)] : []),
    }),
  );
}

import type { Email } from '../model/email.ts';
import type { Password } from '../model/password.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import { stateOf } from './asked-state.ts';
import type { Caller } from './authenticate.ts';
import { checkPassword, type PasswordCheckPorts } from './check-password.ts';
import { type ChallengePorts, configured, type IssuedChallenge, issueChallenge } from './issue-challenge.ts';
import { type MailLimitPorts, unlessSilenced } from './mail-limit.ts';
import { newMail } from './new-mail.ts';

interface Ports extends ChallengePorts, MailLimitPorts, PasswordCheckPorts {
  identifiers: Identifiers;
}

/**
 * Mails a code to the new address and a notice to the old one. Whether the new address is taken shows only
 * to the one who has the code.
 * @throws {RateLimited | WrongPassword | MailNotConfigured | Overloaded | DependencyUnavailable}
 */
export const requestEmailChange =
  (ports: Ports) =>
  async (caller: Caller, email: Email, password: Password): Promise<IssuedChallenge> => {
    const ttl = configured(ports.mail).codeTtlVerify;
    const { client } = caller;
    const user = await checkPassword(ports, caller, password);
    return unlessSilenced(ports, email, ttl, () =>
      issueChallenge(ports, {
        purpose: 'email-change',
        about: user.id,
        userId: user.id,
        email,
        state: stateOf(ports.secrets, user),
        application: null,
        ttl,
        mails: (proof) => [
          newMail(ports, 'email-change', { ...user, email }, client, proof),
          newMail(ports, 'email-change-requested', user, client),
        ],
      }),
    );
  };

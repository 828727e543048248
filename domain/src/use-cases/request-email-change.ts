import type { Email } from '../model/email.ts';
import type { Password } from '../model/password.ts';
import { stateOf } from './challenge-state.ts';
import type { Caller } from './authenticate.ts';
import { checkPassword, type PasswordCheckPorts } from './check-password.ts';
import { type ChallengePorts, configured, type IssuedChallenge, issueChallenge } from './issue-challenge.ts';
import { notice, type NoticePorts, silence, unlessSilenced } from './mail-limit.ts';
import { newMail } from './new-mail.ts';

type Ports = ChallengePorts & NoticePorts & PasswordCheckPorts;

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
    const notices = await notice(ports, 'email-change-requested', user, client);
    // Then nothing goes to the new address either: it may be that of anybody.
    if (notices.length === 0) return silence(ports, ttl);
    return unlessSilenced(ports, email, ttl, () =>
      issueChallenge(ports, {
        purpose: 'email-change',
        about: user.id,
        userId: user.id,
        email,
        state: stateOf(ports.secrets, user),
        application: null,
        ttl,
        mails: (proof) => [newMail(ports, 'email-change', { ...user, email }, client, proof), ...notices],
      }),
    );
  };

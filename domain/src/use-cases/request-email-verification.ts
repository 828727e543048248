import { AlreadyVerified } from '../model/errors.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { Caller } from './authenticate.ts';
import { type ChallengePorts, configured, type IssuedChallenge, issueChallenge } from './issue-challenge.ts';
import { type MailLimitPorts, unlessSilenced } from './mail-limit.ts';
import { newMail } from './new-mail.ts';

interface Ports extends ChallengePorts, MailLimitPorts {
  identifiers: Identifiers;
}

/**
 * Mails a code to the address of the caller.
 * @throws {AlreadyVerified | MailNotConfigured | DependencyUnavailable}
 */
export const requestEmailVerification =
  (ports: Ports) =>
  async ({ user, client }: Caller): Promise<IssuedChallenge> => {
    const ttl = configured(ports.mail).codeTtlVerify;
    if (user.emailVerifiedAt !== null) throw new AlreadyVerified();
    return unlessSilenced(ports, user.email, ttl, () =>
      issueChallenge(ports, {
        purpose: 'email-verification',
        about: user.id,
        userId: user.id,
        email: user.email,
        state: null,
        application: null,
        ttl,
        mails: (proof) => [newMail(ports, 'email-verification', user, client, proof)],
      }),
    );
  };

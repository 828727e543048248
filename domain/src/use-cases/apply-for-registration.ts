import type { Password } from '../model/password.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { CheckNewPassword } from './check-new-password.ts';
import { findByMailbox } from './find-by-mailbox.ts';
import { type ChallengePorts, configured, type IssuedChallenge, issueChallenge } from './issue-challenge.ts';
import { type MailLimitPorts, unlessSilenced } from './mail-limit.ts';
import { newMail } from './new-mail.ts';
import type { Applicant } from './register-user.ts';

interface Ports extends ChallengePorts, MailLimitPorts {
  users: UserRepository;
  hasher: PasswordHasher;
  checkNewPassword: CheckNewPassword;
  identifiers: Identifiers;
}

/**
 * The first half of a registration whose address has to be proven: it mails a code. For an address that is
 * taken it does the same, and mails a notice to its owner: the answer and its time tell nothing.
 * @throws {WeakPassword | MailNotConfigured | Overloaded | DependencyUnavailable}
 */
export const applyForRegistration =
  (ports: Ports) =>
  async (applicant: Applicant, password: Password): Promise<IssuedChallenge> => {
    const ttl = configured(ports.mail).codeTtlVerify;
    const { device, idempotencyKey, ...profile } = applicant;
    const { email, name } = profile;
    await ports.checkNewPassword(password, profile);
    const passwordHash = await ports.hasher.hash(password);
    const key = idempotencyKey ? ports.secrets.digest(idempotencyKey) : null;
    const registration = { ...profile, deviceId: device.deviceId, idempotencyKey: key };
    const owner = await findByMailbox(ports.users, email);
    return unlessSilenced(ports, email, ttl, () =>
      issueChallenge(ports, {
        purpose: 'registration',
        about: email,
        userId: null,
        email,
        state: null,
        application: { registration, passwordHash, device },
        ttl,
        mails: (proof) =>
          owner
            ? [newMail(ports, 'registration-taken', owner, device)]
            : [newMail(ports, 'registration', { id: null, email, name }, device, proof)],
      }),
    );
  };

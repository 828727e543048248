import type { Mail } from '../model/mail.ts';

/**
 * Hands mails over to a relay. Every implementation passes `describeMailer`.
 *
 * - `send` is fulfilled when the relay is responsible for the mail. The mail may still come back.
 * - It throws {DependencyUnavailable} for every other outcome, also when the relay refuses the mail: a relay
 *   with a wrong configuration refuses every mail, and none may be lost. When the answer of the relay is
 *   lost, the relay may have the mail nevertheless.
 * - A repetition has the same Message-ID, so a mailbox can drop it.
 * - Each call ends within a minute, and a call that hangs does not delay another one.
 * - No error contains a code, a challenge, an address or a password of the relay.
 */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}

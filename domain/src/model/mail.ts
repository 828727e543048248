import type { Client } from './device.ts';
import type { Email } from './email.ts';
import type { MessageId } from './message-id.ts';
import type { Name } from './profile.ts';
import type { Timestamp } from './timestamp.ts';

/** A mail tells a person what happened, and may bring a code. The adapter chooses the words. */
export type Mail = CodeMail | LinkMail | Notice;

export type MailKind = Mail['kind'];

/**
 * Proves an address. It has the code alone: the owner of the mailbox could follow a link, and would finish
 * what a stranger began with the stranger's password.
 */
export interface CodeMail extends Occurrence, Proof {
  /** `email-change` goes to the new address. */
  readonly kind: 'registration' | 'email-verification' | 'email-change';
}

/** May also have a link with the challenge and the code. */
export interface LinkMail extends Occurrence, Proof {
  /** `email-changed` goes to the old address, and its code takes the change back. */
  readonly kind: 'password-reset' | 'email-changed';
  readonly challenge: string;
}

export interface Notice extends Occurrence {
  /**
   * `email-change-requested` goes to the old address. `registration-taken` goes to the owner of an address
   * with which somebody tried to register.
   */
  readonly kind:
    | 'email-change-requested'
    | 'registration-taken'
    | 'password-changed'
    | 'new-device'
    | 'refresh-token-reused';
}

/** What all mails say: to whom, what happened when, and on which device. */
interface Occurrence {
  /** The same each time that the mail is sent, so that a mailbox can drop a repetition. */
  readonly messageId: MessageId;
  readonly to: Email;
  readonly name: Name | null;
  readonly occurredAt: Timestamp;
  readonly device: Client | null;
}

interface Proof {
  /** As people type it: `XXXXX-XXXXX`. It is a secret. */
  readonly code: string;
  readonly expiresAt: Timestamp;
}

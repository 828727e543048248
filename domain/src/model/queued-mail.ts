import type { Sealed } from './digest.ts';
import type { Client } from './device.ts';
import type { Email } from './email.ts';
import { ValidationFailed } from './errors.ts';
import type { MailKind } from './mail.ts';
import type { MessageId } from './message-id.ts';
import type { Name } from './profile.ts';
import type { Timestamp } from './timestamp.ts';
import type { UserId } from './user-id.ts';

/**
 * A mail that waits in the outbox. It holds no code: that is derived from the challenge when the mail is
 * sent. So a mail that is sent twice has the same code. Immutable.
 */
export interface QueuedMail {
  readonly id: MessageId;
  readonly kind: MailKind;
  readonly to: Email;
  /** `null` when the address belongs to no user. */
  readonly userId: UserId | null;
  readonly name: Name | null;
  readonly device: Client | null;
  readonly occurredAt: Timestamp;
  /** The token of the challenge, encrypted. `null` in a notice. */
  readonly challenge: Sealed | null;
  /** When the code expires. `null` in a notice. */
  readonly expiresAt: Timestamp | null;
  /** How often a replica took it to send it. */
  readonly attempts: number;
  /** A replica may take it from then on. */
  readonly dueAt: Timestamp;
  /** 1 at first. Every change adds 1. */
  readonly version: number;
}

const KINDS: Readonly<Record<MailKind, true>> = {
  registration: true,
  'email-verification': true,
  'email-change': true,
  'password-reset': true,
  'email-changed': true,
  'email-change-requested': true,
  'registration-taken': true,
  'password-changed': true,
  'new-device': true,
  'refresh-token-reused': true,
};

/** A store's value. @throws {ValidationFailed} */
export function parseMailKind(input: unknown): MailKind {
  if (typeof input === 'string' && Object.hasOwn(KINDS, input)) return input as MailKind;
  throw new ValidationFailed('must be the kind of a mail');
}

/** The mail, taken by a replica that has until `until` to send it. */
export const withTaking = (mail: QueuedMail, until: Timestamp): QueuedMail => ({
  ...mail,
  attempts: mail.attempts + 1,
  dueAt: until,
  version: mail.version + 1,
});

/** The mail, to be tried again. */
export const withRetry = (mail: QueuedMail, dueAt: Timestamp): QueuedMail => ({
  ...mail,
  dueAt,
  version: mail.version + 1,
});

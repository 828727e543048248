import type { Client } from '../model/device.ts';
import type { Sealed } from '../model/digest.ts';
import type { MailKind } from '../model/mail.ts';
import type { QueuedMail } from '../model/queued-mail.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { User } from '../model/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import { clientOf } from './new-event.ts';

interface Ports {
  identifiers: Identifiers;
  clock: Clock;
}

/** Somebody who gets a mail: a user, or an address that belongs to no user. */
export type Recipient = Pick<User, 'email' | 'name'> & { readonly id: User['id'] | null };

interface Proof {
  readonly challenge: Sealed;
  readonly expiresAt: Timestamp;
}

/** A mail for the outbox, due at once. */
export function newMail(
  { identifiers, clock }: Ports,
  kind: MailKind,
  { id: userId, email: to, name }: Recipient,
  client: Client,
  proof?: Proof,
): QueuedMail {
  const occurredAt = clock.now();
  return {
    id: identifiers.newMessageId(occurredAt),
    kind,
    to,
    userId,
    name,
    device: clientOf(client),
    occurredAt,
    challenge: proof?.challenge ?? null,
    expiresAt: proof?.expiresAt ?? null,
    attempts: 0,
    dueAt: occurredAt,
    version: 1,
  };
}

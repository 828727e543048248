import { type EventType, SYSTEM } from '../model/event.ts';
import { DependencyUnavailable, MailNotConfigured } from '../model/errors.ts';
import { shownCode } from '../model/code.ts';
import type { LinkMail, Mail, MailKind } from '../model/mail.ts';
import type { MailPolicy } from '../model/mail-policy.ts';
import type { QueuedMail } from '../model/queued-mail.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { Clock } from '../ports/clock.ts';
import type { Effects } from '../ports/event-log.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { Logger } from '../ports/logger.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Secrets } from '../ports/secrets.ts';
import { codeFor, unsealToken } from './codes.ts';
import { effectOf } from './new-event.ts';
import { GIVE_UP_MS, pauseAfter, secondsSince } from './queue-times.ts';

interface Ports {
  outbox: Outbox;
  mailer: Mailer | null;
  secrets: Secrets;
  identifiers: Identifiers;
  clock: Clock;
  logger: Logger;
  mail: MailPolicy | null;
}

/** What became of an attempt to send a mail. */
export type MailOutcome = 'sent' | 'retried' | 'failed';

/** A replica has this long for a mail that it took. `Mailer.send` ends within a minute. */
const TAKEN_MS = 90_000;

const FIRST_PAUSE_MS = 15_000;

/**
 * Takes at most `limit` mails that are due. The caller sends each of them.
 * @throws {DependencyUnavailable}
 */
export const takeMails =
  ({ outbox, clock, mail }: Ports) =>
  async (limit: number): Promise<readonly QueuedMail[]> => {
    const now = clock.now();
    return mail ? outbox.take(now, (now + TAKEN_MS) as Timestamp, limit) : [];
  };

/** What waits in the outbox, and how long the oldest mail has waited. @throws {DependencyUnavailable} */
export const readMailBacklog =
  ({ outbox, clock }: Ports) =>
  async (): Promise<{ mails: number; oldestSeconds: number }> => {
    const { mails, oldest } = await outbox.backlog();
    return { mails, oldestSeconds: secondsSince(oldest, clock.now()) };
  };

/**
 * Sends a mail that was taken, and removes it from the outbox. After a failure it is due again after a pause
 * that grows with each attempt, for a day. A crash leaves the mail to another replica, so it may come twice,
 * with the same Message-ID and the same code.
 * @throws {DependencyUnavailable} when the outbox is not available.
 */
export const sendMail =
  (ports: Ports) =>
  async (queued: QueuedMail): Promise<MailOutcome> => {
    const { outbox, mailer, clock, logger } = ports;
    if (!mailer) throw new MailNotConfigured();
    const about = { message_id: queued.id, kind: queued.kind, attempts: queued.attempts };
    const mail = compose(ports, queued);
    if (!mail || isPointless(queued, clock.now())) {
      logger.warn(about, 'A mail could not be delivered in time. The service gives it up.');
      await outbox.remove(queued, effectsOf(ports, 'mail.failed', queued));
      return 'failed';
    }
    try {
      await mailer.send(mail);
    } catch (err) {
      if (!(err instanceof DependencyUnavailable)) throw err;
      logger.warn({ ...about, err }, 'A mail could not be sent. The service tries again.');
      await outbox.retry(queued, (clock.now() + pauseAfter(queued.attempts, FIRST_PAUSE_MS)) as Timestamp);
      return 'retried';
    }
    await outbox.remove(queued, effectsOf(ports, 'mail.sent', queued));
    return 'sent';
  };

/** `undefined` when the key has changed since, so no code can be made. */
function compose({ secrets, mail }: Ports, queued: QueuedMail): Mail | undefined {
  const { id: messageId, kind, to, name, device, occurredAt, expiresAt } = queued;
  const notice = { kind, messageId, to, name, device, occurredAt };
  if (!queued.challenge) return notice as Mail;
  const challenge = mail && unsealToken(secrets, mail, queued.challenge);
  if (!challenge) return undefined;
  const proof = { ...notice, code: shownCode(codeFor(secrets, mail, challenge)), expiresAt };
  return (LINKED.includes(kind) ? { ...proof, challenge } : proof) as Mail;
}

const LINKED: readonly MailKind[] = ['password-reset', 'email-changed'] satisfies LinkMail['kind'][];

const isPointless = ({ occurredAt, expiresAt }: QueuedMail, now: Timestamp): boolean =>
  now - occurredAt >= GIVE_UP_MS || (expiresAt !== null && now >= expiresAt);

const effectsOf = (ports: Ports, type: EventType, { userId }: QueuedMail): Effects =>
  userId ? effectOf(ports, type, userId, SYSTEM) : { events: [] };

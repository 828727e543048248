import type { QueuedMail } from '../model/queued-mail.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { Effects } from './event-log.ts';

/** What waits in the outbox. */
export interface Backlog {
  readonly mails: number;
  /** When the mail that waits the longest was caused. `null`: none waits. */
  readonly oldest: Timestamp | null;
}

/**
 * Mails to be sent. The repositories put them in with the change that causes them: see {Effects}. Every
 * implementation passes `describeOutbox`.
 *
 * A replica takes a mail, sends it and removes it. If the replica dies, another one takes the mail later. All
 * methods throw {DependencyUnavailable} when the store cannot be reached or does not answer in time.
 */
export interface Outbox {
  /**
   * Takes at most `limit` mails that are due at `now`, the longest due first: see `withTaking`. No caller
   * gets them again before `until`.
   */
  take(now: Timestamp, until: Timestamp, limit: number): Promise<readonly QueuedMail[]>;
  /**
   * Makes a mail due at `dueAt` instead, unless another caller has taken or removed it since.
   * See `withRetry`.
   */
  retry(mail: QueuedMail, dueAt: Timestamp): Promise<void>;
  /**
   * Removes a mail and writes the effects, or does neither when another caller has taken or removed it since.
   * @returns whether it did.
   */
  remove(mail: QueuedMail, effects?: Effects): Promise<boolean>;
  backlog(): Promise<Backlog>;
}

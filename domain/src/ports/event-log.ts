import type { Event, EventId, EventType } from '../model/event.ts';
import type { QueuedMail } from '../model/queued-mail.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { UserId } from '../model/user-id.ts';
import type { Webhook } from '../model/webhook.ts';

/** What a change leaves behind besides itself. A store writes both or neither. */
export interface Effects {
  readonly events: readonly Event[];
  /** They wait in the {Outbox}. */
  readonly mails?: readonly QueuedMail[];
  /** The webhooks of these events. They wait in the {WebhookQueue}. */
  readonly webhooks?: readonly Webhook[];
}

/** Which events are listed. */
export interface EventFilter {
  readonly user?: UserId | undefined;
  readonly type?: EventType | undefined;
  /** Only events after this time. */
  readonly after?: Timestamp | undefined;
}

export interface EventPage {
  /** The newest first. */
  readonly events: readonly Event[];
  /** Where the next page starts, if there may be more. */
  readonly next: EventId | null;
}

/**
 * What happened to users. The events of a change are written by the repository that writes the change: see
 * {UserRepository} and {SessionRepository}. Every implementation passes `describeEventLog`.
 *
 * An event is stored durably before the write is acknowledged, and every read that starts later sees it. All
 * methods throw {DependencyUnavailable} when the store cannot be reached or does not answer in time. What
 * lists events leaves out and reports a damaged one, because it must not hide the others.
 */
export interface EventLog {
  /**
   * Adds an event that belongs to no change, with its webhooks. Where there is an event with its id, it adds
   * nothing. When several calls add it at once, the webhooks of each may come.
   */
  append(event: Event, webhooks?: readonly Webhook[]): Promise<void>;
  /** At most `limit` events of the user that are older than the event `before`, the newest first. */
  ofUser(user: UserId, limit: number, before?: EventId): Promise<readonly Event[]>;
  /**
   * At most `limit` events of all users that are older than the event `before`, the newest first. Its work is
   * bounded, so a page may have fewer events, or none, and still have a `next`.
   */
  list(filter: EventFilter, limit: number, before?: EventId): Promise<EventPage>;
  /** Leaves only id, type, time, actor and user of every event of the user. Idempotent. */
  forget(user: UserId): Promise<void>;
  /**
   * Removes events from before `before`, in at most `limit` records of the store, and returns how many
   * records it removed. Replicas may do this at the same time.
   */
  prune(before: Timestamp, limit: number): Promise<number>;
}

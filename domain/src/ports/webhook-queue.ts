import type { Timestamp } from '../model/timestamp.ts';
import type { Delivery, EndpointId } from '../model/webhook.ts';

/** What an endpoint has not got. */
export interface WebhookBacklog {
  readonly webhooks: number;
  /** When the oldest of these events happened. `null`: none waits. */
  readonly oldest: Timestamp | null;
}

/**
 * Webhooks to be delivered. The repositories put them in with the change that causes their event: see
 * {Effects}. Every implementation passes `describeWebhookQueue`.
 *
 * The webhooks of one user for one endpoint are a lane. Only the oldest of a lane can be taken, so an
 * endpoint gets the events of a user in their order. Lanes do not wait for each other.
 *
 * All methods throw {DependencyUnavailable} when the store cannot be reached or does not answer in time.
 */
export interface WebhookQueue {
  /**
   * Takes the oldest webhook of at most `limit` lanes of the endpoint that are due at `now`, the longest due
   * first. No caller gets a webhook of these lanes again before `until`. The event is as it is stored now. A
   * webhook whose event is gone is dropped. One whose event is damaged keeps its own lane waiting, and no
   * other one: its error is thrown only where nothing else was taken.
   */
  take(endpoint: EndpointId, now: Timestamp, until: Timestamp, limit: number): Promise<readonly Delivery[]>;
  /** Makes the lane due at `dueAt` instead, unless another caller has taken it since. */
  retry(delivery: Delivery, dueAt: Timestamp): Promise<void>;
  /**
   * Removes a webhook, also when another caller has taken it since. Then the lane is due at `now`, and its
   * next webhook has no attempts, unless another caller has taken it since. Idempotent.
   */
  remove(delivery: Delivery, now: Timestamp): Promise<void>;
  backlog(endpoint: EndpointId): Promise<WebhookBacklog>;
  /**
   * Removes at most `limit` webhooks whose event happened before `before`, of any endpoint from which
   * somebody has taken. Returns how many it removed.
   */
  prune(before: Timestamp, limit: number): Promise<number>;
}

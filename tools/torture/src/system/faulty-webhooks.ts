import type {
  Clock,
  Delivery,
  EndpointId,
  Timestamp,
  WebhookBacklog,
  WebhookQueue,
} from '@user-management/domain';
import type { Trouble } from './trouble.ts';

/** Leases and pauses are this much shorter than in the service, so that many fit into a run. */
const HASTE = 20;

/** A queue of webhooks in trouble, whose callers wait less. */
export class FaultyWebhooks implements WebhookQueue {
  readonly #webhooks: WebhookQueue;
  readonly #trouble: Trouble;
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(webhooks: WebhookQueue, trouble: Trouble, clock: Clock) {
    this.#webhooks = webhooks;
    this.#trouble = trouble;
    this.#clock = clock;
  }

  /** From now on, it is that much later for the queue. */
  skip(milliseconds: number): void {
    this.#aheadMs += milliseconds;
  }

  take(endpoint: EndpointId, now: Timestamp, until: Timestamp, limit: number): Promise<readonly Delivery[]> {
    return this.#trouble.around(() =>
      this.#webhooks.take(endpoint, this.#soon(now), this.#soon(until), limit),
    );
  }

  retry(delivery: Delivery, dueAt: Timestamp): Promise<void> {
    return this.#trouble.around(() => this.#webhooks.retry(delivery, this.#soon(dueAt)));
  }

  remove(delivery: Delivery, now: Timestamp): Promise<void> {
    return this.#trouble.around(() => this.#webhooks.remove(delivery, this.#soon(now)));
  }

  backlog(endpoint: EndpointId): Promise<WebhookBacklog> {
    return this.#trouble.around(() => this.#webhooks.backlog(endpoint));
  }

  prune(before: Timestamp, limit: number): Promise<number> {
    return this.#trouble.around(() => this.#webhooks.prune(before, limit));
  }

  #soon(time: Timestamp): Timestamp {
    const now = this.#clock.now();
    return Math.round(now + this.#aheadMs + (time - now) / HASTE) as Timestamp;
  }
}

import {
  byTime,
  type Effects,
  type Event,
  type EventFilter,
  type EventId,
  type EventLog,
  type EventPage,
  forgotten,
  type Timestamp,
  type UserId,
  type Webhook,
} from '@user-management/domain';
import { MemoryWebhookQueue } from './memory-webhook-queue.ts';

/** Events in the memory of one process. Each operation is one turn of the event loop, so it is atomic. */
export class MemoryEvents implements EventLog {
  readonly #events = new Map<EventId, Event>();
  readonly #webhooks: MemoryWebhookQueue;

  constructor(webhooks = new MemoryWebhookQueue()) {
    this.#webhooks = webhooks;
  }

  append(event: Event, webhooks: readonly Webhook[] = []): Promise<void> {
    if (!this.#events.has(event.id)) this.write({ events: [event], webhooks });
    return Promise.resolve();
  }

  find(id: EventId): Event | undefined {
    return this.#events.get(id);
  }

  ofUser(user: UserId, limit: number, before?: EventId): Promise<readonly Event[]> {
    const events = this.#of(user).filter(({ id }) => before === undefined || id < before);
    return Promise.resolve(events.sort(byTime).slice(0, limit));
  }

  list({ user, type, after }: EventFilter, limit: number, before?: EventId): Promise<EventPage> {
    const found = [...this.#events.values()]
      .filter(
        (event) =>
          (user === undefined || event.userId === user) && (before === undefined || event.id < before),
      )
      .filter(
        (event) => (type === undefined || event.type === type) && (after === undefined || event.time > after),
      )
      .sort(byTime);
    const events = found.slice(0, limit);
    return Promise.resolve({ events, next: found.length > limit ? (events.at(-1)?.id ?? null) : null });
  }

  forget(user: UserId): Promise<void> {
    for (const event of this.#of(user)) this.#events.set(event.id, forgotten(event));
    return Promise.resolve();
  }

  prune(before: Timestamp, limit: number): Promise<number> {
    const old = [...this.#events.values()].filter(({ time }) => time < before).slice(0, limit);
    for (const { id } of old) this.#events.delete(id);
    return Promise.resolve(old.length);
  }

  /** The repositories of the same process call it in the turn of their change. */
  write({ events, webhooks = [] }: Effects): void {
    for (const event of events) this.#events.set(event.id, event);
    for (const webhook of webhooks) this.#webhooks.put(webhook);
  }

  #of(user: UserId): Event[] {
    return [...this.#events.values()].filter(({ userId }) => userId === user);
  }
}

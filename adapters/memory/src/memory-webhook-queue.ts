import {
  type Delivery,
  type EndpointId,
  type Event,
  type EventId,
  eventTime,
  type Timestamp,
  type UserId,
  type Webhook,
  type WebhookBacklog,
  type WebhookQueue,
} from '@user-management/domain';

interface Lane {
  readonly endpoint: EndpointId;
  readonly userId: UserId;
  readonly waiting: Set<EventId>;
  attempts: number;
  dueAt: Timestamp;
}

/** Webhooks in the memory of one process. Each operation is one turn of the event loop, so it is atomic. */
export class MemoryWebhookQueue implements WebhookQueue {
  readonly #lanes = new Map<string, Lane>();
  readonly #find: (id: EventId) => Event | undefined;

  constructor(find: (id: EventId) => Event | undefined = () => undefined) {
    this.#find = find;
  }

  take(endpoint: EndpointId, now: Timestamp, until: Timestamp, limit: number): Promise<readonly Delivery[]> {
    const due = this.#of(endpoint).filter(({ dueAt }) => dueAt <= now);
    const taken = due.sort((a, b) => a.dueAt - b.dueAt).slice(0, limit);
    return Promise.resolve(taken.flatMap((lane) => this.#take(lane, until)));
  }

  retry(delivery: Delivery, dueAt: Timestamp): Promise<void> {
    const lane = this.#lanes.get(nameOf(delivery));
    if (lane?.dueAt === delivery.until) lane.dueAt = dueAt;
    return Promise.resolve();
  }

  remove(delivery: Delivery, now: Timestamp): Promise<void> {
    const lane = this.#lanes.get(nameOf(delivery));
    if (!lane) return Promise.resolve();
    this.#drop(lane, delivery.event.id);
    if (lane.dueAt === delivery.until) Object.assign(lane, { dueAt: now, attempts: 0 });
    return Promise.resolve();
  }

  backlog(endpoint: EndpointId): Promise<WebhookBacklog> {
    const waiting = this.#of(endpoint).flatMap((lane) => [...lane.waiting]);
    const [first] = waiting.sort();
    return Promise.resolve({ webhooks: waiting.length, oldest: first ? eventTime({ id: first }) : null });
  }

  prune(before: Timestamp, limit: number): Promise<number> {
    const old = [...this.#lanes.values()]
      .flatMap((lane) => [...lane.waiting].map((id) => ({ lane, id })))
      .filter(({ id }) => eventTime({ id }) < before)
      .slice(0, limit);
    for (const { lane, id } of old) this.#drop(lane, id);
    return Promise.resolve(old.length);
  }

  /** The repositories of the same process call it in the turn of their change. */
  put(webhook: Webhook): void {
    const { id, userId, time } = webhook.event;
    const { endpoint } = webhook;
    const known = this.#lanes.get(nameOf(webhook));
    const lane = known ?? { endpoint, userId, waiting: new Set(), attempts: 0, dueAt: time };
    lane.waiting.add(id);
    this.#lanes.set(nameOf(webhook), lane);
  }

  #take(lane: Lane, until: Timestamp): readonly Delivery[] {
    const { endpoint, waiting } = lane;
    for (const id of waiting) if (!this.#find(id)) this.#drop(lane, id);
    const [first] = [...waiting].sort();
    const event = first && this.#find(first);
    if (!event) return [];
    lane.attempts += 1;
    lane.dueAt = until;
    return [{ endpoint, event, attempts: lane.attempts, until }];
  }

  #drop(lane: Lane, id: EventId): void {
    lane.waiting.delete(id);
    if (lane.waiting.size === 0) this.#lanes.delete(`${lane.endpoint} ${lane.userId}`);
  }

  #of(endpoint: EndpointId): Lane[] {
    return [...this.#lanes.values()].filter((lane) => lane.endpoint === endpoint);
  }
}

const nameOf = ({ endpoint, event }: Webhook): string => `${endpoint} ${event.userId}`;

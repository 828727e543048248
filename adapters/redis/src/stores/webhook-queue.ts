import {
  type Delivery,
  DependencyUnavailable,
  type EndpointId,
  type Event,
  type EventId,
  eventTime,
  parseEndpointId,
  parseEventId,
  parseTimestamp,
  parseUserId,
  type Timestamp,
  unlessUnavailable,
  type UserId,
  ValidationFailed,
  type WebhookBacklog,
  type WebhookQueue,
} from '@user-management/domain';
import { FOR_GOOD } from '../connection/reads.ts';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { eventsFromJson } from './event-json.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import { command, discard, entriesOf, move, namedBy, trusted, valueOf } from './records.ts';
import {
  dropLane,
  dropWebhook,
  leaveWebhook,
  releaseLane,
  startingWith,
  takeLanes,
} from './webhook-lanes.ts';

/** Webhooks of a lane that are read at a time. */
const BATCH = 100;

/** A webhook without its event counts as left behind when its event is older than this. */
const LONGEST_CHANGE_MS = 300_000;

/** A lane whose events are being written is looked at again after this time. */
const RECHECK_MS = 1_000;

/**
 * Webhooks that the repositories announced before their changes. Four keys for each endpoint, in one hash
 * slot: its webhooks by user and event, the same by time, when each lane is due, and its attempts.
 *
 * A webhook holds no event. It names the key of the event, which is written with the change. So a webhook
 * without its event is one whose change is being written, or did not happen. An entry that names nothing is
 * removed, because it must not stop the rest.
 */
export class RedisWebhookQueue implements WebhookQueue {
  readonly #redis: Runner;
  readonly #noted = new Set<EndpointId>();

  constructor(redis: Redis) {
    this.#redis = onBehalfOf('user store', redis);
  }

  /** As in `RedisOutbox.take`, a webhook that cannot be read keeps no other one waiting. */
  async take(
    endpoint: EndpointId,
    now: Timestamp,
    until: Timestamp,
    limit: number,
  ): Promise<readonly Delivery[]> {
    await this.#note(endpoint);
    const lanes = await takeLanes(this.#redis, endpoint, now, until, limit);
    const errors: unknown[] = [];
    const heads = lanes.flatMap((user, n) => {
      if (n % 2 === 1) return [];
      return this.#head(endpoint, user, now, until)
        .then((event) => (event ? [{ endpoint, event, attempts: Number(lanes[n + 1]), until }] : []))
        .catch((error: unknown) => {
          if (error instanceof DependencyUnavailable) throw error;
          errors.push(error);
          return [];
        });
    });
    const taken = (await Promise.all(heads)).flat();
    if (taken.length === 0 && errors.length > 0) throw errors[0];
    return taken;
  }

  async retry({ endpoint, event, until }: Delivery, dueAt: Timestamp): Promise<void> {
    const entry = { member: event.userId, score: until };
    await move(this.#redis, keys.webhookLanes(endpoint), entry, dueAt);
  }

  async remove({ endpoint, event: { id, userId }, until }: Delivery, now: Timestamp): Promise<void> {
    await leaveWebhook(this.#redis, endpoint, userId, id);
    await releaseLane(this.#redis, endpoint, userId, until, now);
  }

  /** Also counts a webhook whose change is being written, or was not written in the last minutes. */
  async backlog(endpoint: EndpointId): Promise<WebhookBacklog> {
    const key = keys.webhookTimes(endpoint);
    const [webhooks, [oldest]] = await Promise.all([
      command(this.#redis, 'ZCARD', key),
      entriesOf(this.#redis, key, '0', '0'),
    ]);
    return { webhooks: Number(webhooks), oldest: namedBy(() => parseTimestamp(oldest?.score)) ?? null };
  }

  async prune(before: Timestamp, limit: number): Promise<number> {
    const endpoints = (await command(this.#redis, 'SMEMBERS', keys.webhookEndpoints)) as unknown[];
    let removed = 0;
    for (const name of endpoints) {
      const endpoint = namedBy(() => parseEndpointId(name));
      if (endpoint) removed += await this.#prune(endpoint, before, limit - removed);
      else await command(this.#redis, 'SREM', keys.webhookEndpoints, String(name));
    }
    return removed;
  }

  async #prune(endpoint: EndpointId, before: Timestamp, limit: number): Promise<number> {
    const bounds = ['-inf', `(${before}`, 'BYSCORE', 'LIMIT', '0', String(limit)];
    const old = await entriesOf(this.#redis, keys.webhookTimes(endpoint), ...bounds);
    for (const entry of old) {
      const named = namedBy(() => parseMember(entry.member));
      if (named) await leaveWebhook(this.#redis, endpoint, named.user, named.event);
      else {
        await dropWebhook(this.#redis, endpoint, entry.member);
        await discard(this.#redis, keys.webhookTimes(endpoint), entry);
      }
    }
    for (const lane of await entriesOf(this.#redis, keys.webhookLanes(endpoint), ...bounds)) {
      const user = namedBy(() => parseUserId(lane.member));
      if (user) await releaseLane(this.#redis, endpoint, user, lane.score, lane.score);
      else await dropLane(this.#redis, endpoint, lane);
    }
    return old.length;
  }

  /** The oldest event of a lane that was taken. None: the lane is released. */
  async #head(
    endpoint: EndpointId,
    name: unknown,
    now: Timestamp,
    until: Timestamp,
  ): Promise<Event | undefined> {
    const user = namedBy(() => parseUserId(name));
    if (!user) return dropLane(this.#redis, endpoint, { member: String(name), score: until });
    const key = keys.webhooks(endpoint);
    const bounds = [...startingWith(user), 'BYLEX', 'LIMIT', '0', String(BATCH)];
    let isBeingWritten = false;
    for (const member of (await command(this.#redis, 'ZRANGE', key, ...bounds)) as string[]) {
      const named = namedBy(() => parseMember(member));
      if (!named) {
        await dropWebhook(this.#redis, endpoint, member);
        continue;
      }
      const { event: id, group } = named;
      const value = await valueOf(this.#redis, group);
      // A group with an expiry belongs to a registration that is not complete.
      if (value?.left === FOR_GOOD) return trusted(group, () => eventIn(value.text, id, user));
      if (value || now - eventTime({ id }) <= LONGEST_CHANGE_MS) isBeingWritten = true;
      else await leaveWebhook(this.#redis, endpoint, user, id);
    }
    await releaseLane(this.#redis, endpoint, user, until, isBeingWritten ? now + RECHECK_MS : now);
    return undefined;
  }

  /** `prune` finds the endpoints here that are not configured any more. A full Redis refuses new ones. */
  async #note(endpoint: EndpointId): Promise<void> {
    if (this.#noted.has(endpoint)) return;
    const noted = await unlessUnavailable(command(this.#redis, 'SADD', keys.webhookEndpoints, endpoint));
    if (noted) this.#noted.add(endpoint);
  }
}

function eventIn(text: string, id: EventId, user: UserId): Event {
  const event = eventsFromJson(text).find((one) => one.id === id && one.userId === user);
  if (!event) throw new ValidationFailed(`must have the event ${id} of the user ${user}`);
  return event;
}

function parseMember(member: string) {
  const [user, event, group = ''] = member.split(' ');
  if (!group.startsWith('record:event')) throw new ValidationFailed('must name the key of events');
  return { user: parseUserId(user), event: parseEventId(event), group };
}

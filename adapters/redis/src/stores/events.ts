import {
  byTime,
  type Event,
  type EventId,
  type EventLog,
  eventTime,
  forgotten,
  parseUserId,
  type Timestamp,
  type UserId,
  ValidationFailed,
} from '@user-management/domain';
import { FOR_GOOD } from '../connection/reads.ts';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { indexed, leave } from './effects.ts';
import { eventsFromJson, eventsToJson } from './event-json.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import { command, entriesOf, replace, trusted, valueOf } from './records.ts';

/** Groups that are read at a time. */
const BATCH = 100;

interface Stored {
  readonly events: readonly Event[];
  readonly text: string;
}

/**
 * Reads the events that the repositories wrote with their changes: groups, an index of the groups of each
 * user, and an index of all groups by time. An entry without a group is one that is being written, or that a
 * crash left behind. It stays until `prune`, because a reader cannot tell.
 */
export class RedisEvents implements EventLog {
  readonly #redis: Runner;

  constructor(redis: Redis) {
    this.#redis = onBehalfOf('user store', redis);
  }

  async append(event: Event): Promise<void> {
    const group = { key: keys.event(event.id), text: eventsToJson([event]), list: [event] } as const;
    await indexed(this.#redis, { events: group, mails: [] }, async () => {
      await command(this.#redis, 'SET', group.key, group.text, 'NX');
      return true;
    });
  }

  async ofUser(user: UserId, limit: number, before?: EventId): Promise<readonly Event[]> {
    const youngest = before ? String(eventTime({ id: before })) : '+inf';
    const found: Event[] = [];
    for (let start = 0; ; start += BATCH) {
      const bounds = [youngest, '-inf', 'BYSCORE', 'REV', 'LIMIT', String(start), String(BATCH)];
      const entries = await entriesOf(this.#redis, keys.eventsOf(user), ...bounds);
      const groups = await Promise.all(entries.map(({ member }) => this.#read(user, member)));
      const events = groups.flatMap((group) => group?.events ?? []);
      found.push(...events.filter(({ id }) => before === undefined || id < before));
      // Groups of one millisecond have no order among them, so one more may belong before the last ones.
      const oldest = entries.at(-1)?.score ?? 0;
      const complete = found.filter((event) => eventTime(event) > oldest).length;
      if (entries.length < BATCH || complete >= limit) return found.sort(byTime).slice(0, limit);
    }
  }

  async forget(user: UserId): Promise<void> {
    for (let start = 0; ; start += BATCH) {
      const range = [String(start), String(start + BATCH - 1)];
      const entries = await entriesOf(this.#redis, keys.eventsOf(user), ...range);
      await Promise.all(entries.map(({ member }) => this.#forget(user, member)));
      if (entries.length < BATCH) return;
    }
  }

  async prune(before: Timestamp, limit: number): Promise<number> {
    const bounds = ['-inf', `(${before}`, 'BYSCORE', 'LIMIT', '0', String(limit)];
    const entries = await entriesOf(this.#redis, keys.eventsByTime, ...bounds);
    await Promise.all(entries.map(({ member }) => this.#prune(member)));
    return entries.length;
  }

  async #prune(member: string): Promise<void> {
    const { userId, key } = trusted(keys.eventsByTime, () => parseMember(member));
    await command(this.#redis, 'DEL', key);
    await leave(this.#redis, userId, key);
  }

  async #forget(user: UserId, key: string): Promise<void> {
    for (;;) {
      const group = await this.#read(user, key);
      if (!group) return;
      const text = eventsToJson(group.events.map(forgotten));
      if (await replace(this.#redis, group.text, [[key, text]])) return;
    }
  }

  /** A group with an expiry belongs to a registration that is not complete. */
  async #read(user: UserId, key: string): Promise<Stored | undefined> {
    const value = await valueOf(this.#redis, key);
    if (value?.left !== FOR_GOOD) return undefined;
    const events = trusted(key, () => parseGroup(user, value.text));
    return { events, text: value.text };
  }
}

function parseGroup(user: UserId, text: string): readonly Event[] {
  const events = eventsFromJson(text);
  if (events.some(({ userId }) => userId !== user)) throw new ValidationFailed(`must be of the user ${user}`);
  return events;
}

function parseMember(member: string) {
  const [user, key = ''] = member.split(' ');
  if (!key.startsWith('record:event')) throw new ValidationFailed('must name the key of events');
  return { userId: parseUserId(user), key };
}

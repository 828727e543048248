import {
  byTime,
  type Event,
  type EventFilter,
  type EventId,
  type EventLog,
  type EventPage,
  eventTime,
  firstIdAt,
  forgotten,
  type Logger,
  orDamaged,
  parseUserId,
  type Timestamp,
  type UserId,
  ValidationFailed,
  type Webhook,
} from '@user-management/domain';
import { FOR_GOOD } from '../connection/reads.ts';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { indexed, leave } from './effects.ts';
import { eventsFromJson, eventsToJson } from './event-json.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import {
  command,
  discard,
  entriesOf,
  entriesToRemove,
  type Entry,
  namedBy,
  replace,
  trusted,
  UnreadableKey,
  valueOf,
} from './records.ts';

/** Groups that are read at a time. */
const BATCH = 100;

/** Groups that a page of `list` reads. */
const MOST_READ = 2_000;

interface Stored {
  readonly events: readonly Event[];
  readonly text: string;
}

/**
 * Reads the events that the repositories wrote with their changes: groups, an index of the groups of each
 * user, and an index of all groups by time. An entry without a group is one that is being written, or that a
 * crash left behind. It stays until `prune`, because a reader cannot tell. So does one that names nothing.
 */
export class RedisEvents implements EventLog {
  readonly #redis: Runner;
  readonly #logger: Pick<Logger, 'error'> | undefined;

  /** @param logger is told of events that a list leaves out, because they are damaged */
  constructor(redis: Redis, logger?: Pick<Logger, 'error'>) {
    this.#redis = onBehalfOf('user store', redis);
    this.#logger = logger;
  }

  async append(event: Event, webhooks: readonly Webhook[] = []): Promise<void> {
    const key = keys.event(event.id);
    if (await command(this.#redis, 'EXISTS', key)) return;
    const group = { key, text: eventsToJson([event]), list: [event], webhooks } as const;
    await indexed(this.#redis, { events: group, mails: [] }, async () => {
      await command(this.#redis, 'SET', group.key, group.text, 'NX');
      return true;
    });
  }

  async ofUser(user: UserId, limit: number, before?: EventId): Promise<readonly Event[]> {
    return (await this.#page({ user }, limit, before, Infinity)).events;
  }

  list(filter: EventFilter, limit: number, before?: EventId): Promise<EventPage> {
    return this.#page(filter, limit, before, MOST_READ);
  }

  async forget(user: UserId): Promise<void> {
    for (let start = 0; ; start += BATCH) {
      const range = [String(start), String(start + BATCH - 1)];
      const entries = await entriesToRemove(this.#redis, keys.eventsOf(user), ...range);
      await Promise.all(entries.map(({ member }) => this.#forget(user, member)));
      if (entries.length < BATCH) return;
    }
  }

  async prune(before: Timestamp, limit: number): Promise<number> {
    const bounds = ['-inf', `(${before}`, 'BYSCORE', 'LIMIT', '0', String(limit)];
    const entries = await entriesOf(this.#redis, keys.eventsByTime, ...bounds);
    await Promise.all(entries.map((entry) => this.#prune(entry)));
    return entries.length;
  }

  /**
   * Groups of one millisecond have no order among them. So a page is complete only down to the last
   * millisecond that it read.
   * @param most the groups that it may read. Only a millisecond with more of them takes longer.
   */
  async #page(
    { user, type, after }: EventFilter,
    limit: number,
    before: EventId | undefined,
    most: number,
  ): Promise<EventPage> {
    const index = user === undefined ? keys.eventsByTime : keys.eventsOf(user);
    const bounds = [youngest(before), after === undefined ? '-inf' : `(${after}`, 'BYSCORE', 'REV', 'LIMIT'];
    const found: Event[] = [];
    for (let [start, newest] = [0, 0]; ; start += BATCH) {
      const entries = await entriesOf(this.#redis, index, ...bounds, String(start), String(BATCH));
      const groups = await Promise.all(entries.map(({ member }) => this.#listed(member, user)));
      const events = groups.flat();
      found.push(
        ...events.filter(
          (event) => event.type === (type ?? event.type) && (before === undefined || event.id < before),
        ),
      );
      if (entries.length < BATCH) return pageOf(found, limit);
      newest = Math.max(newest, entries[0]?.score ?? 0);
      const oldest = entries.at(-1)?.score ?? 0;
      const complete = found.filter((event) => eventTime(event) > oldest);
      if (complete.length > limit) return pageOf(complete, limit);
      if (start + BATCH >= most && oldest < newest) {
        return { events: complete.sort(byTime), next: firstIdAt((oldest + 1) as Timestamp) };
      }
    }
  }

  async #prune(entry: Entry): Promise<void> {
    const named = namedBy(() => parseMember(entry.member));
    if (!named) return discard(this.#redis, keys.eventsByTime, entry);
    const { userId, key } = named;
    await command(this.#redis, 'DEL', key);
    await leave(this.#redis, userId, key);
  }

  async #forget(user: UserId, key: string): Promise<void> {
    for (;;) {
      const group = await orDamaged(this.#read(user, key));
      if (!group) return;
      // Nobody can tell what is personal in it. `prune` removes the entries of the indexes.
      if (group === 'damaged') {
        await command(this.#redis, 'DEL', key);
        return;
      }
      const text = eventsToJson(group.events.map(forgotten));
      if (await replace(this.#redis, group.text, [[key, text]])) return;
    }
  }

  /** Events that are damaged are left out of a list, because they must not hide the others. */
  async #listed(member: string, owner: UserId | undefined): Promise<readonly Event[]> {
    try {
      return (await this.#readMember(member, owner))?.events ?? [];
    } catch (err) {
      if (!(err instanceof UnreadableKey)) throw err;
      this.#logger?.error({ err, user_id: owner }, 'A damaged event was left out of a list.');
      return [];
    }
  }

  #readMember(member: string, owner: UserId | undefined): Promise<Stored | undefined> {
    if (owner) return this.#read(owner, member);
    const { userId, key } = trusted(keys.eventsByTime, () => parseMember(member));
    return this.#read(userId, key);
  }

  /** A group with an expiry belongs to a registration that is not complete. */
  async #read(user: UserId, key: string): Promise<Stored | undefined> {
    const value = await valueOf(this.#redis, key);
    if (value?.left !== FOR_GOOD) return undefined;
    const events = trusted(key, () => parseGroup(user, value.text));
    return { events, text: value.text };
  }
}

/** The highest score of an event that is older than `before`. */
function youngest(before: EventId | undefined): string {
  if (before === undefined) return '+inf';
  const time = eventTime({ id: before });
  return before === firstIdAt(time) ? `(${time}` : String(time);
}

function pageOf(found: Event[], limit: number): EventPage {
  const events = found.sort(byTime).slice(0, limit);
  return { events, next: found.length > limit ? (events.at(-1)?.id ?? null) : null };
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

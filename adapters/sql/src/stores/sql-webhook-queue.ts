import {
  type Delivery,
  type EndpointId,
  eventTime,
  firstIdAt,
  parseEventId,
  type Timestamp,
  type UserId,
  type WebhookBacklog,
  type WebhookQueue,
} from '@user-management/domain';
import { sql } from 'kysely';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { fromRow as toEvent } from './event-row.ts';
import { readable } from './readable.ts';
import { columnsOf, orNull, parseCount, parseInstant, parseVersion, unlessUnreadable } from './row.ts';
import { fromLaneRow } from './webhook-row.ts';

interface Lane {
  readonly dueAt: Timestamp;
  readonly version: number;
}

/**
 * Webhooks in two tables: each webhook, and the lanes with the time when the oldest of their webhooks is due.
 * `write` puts webhooks in. It adds 1 to the version of the lane, so a lane is not removed as empty while a
 * webhook comes. Its statements are as those of `SqlUsers`.
 */
export class SqlWebhookQueue implements WebhookQueue {
  readonly #db: Database;
  readonly #statements: Statements;

  constructor(db: Database, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  async take(
    endpoint: EndpointId,
    now: Timestamp,
    until: Timestamp,
    limit: number,
  ): Promise<readonly Delivery[]> {
    const taken = await this.#takeLanes(endpoint, now, until, limit);
    const lanes = readable(taken, fromLaneRow);
    const heads = await Promise.all(
      lanes.map(async (lane) => ({ ...lane, row: await this.#oldest(endpoint, lane.userId) })),
    );
    for (const { userId } of heads.filter(({ row }) => !row)) {
      await this.#dropGone(endpoint, userId);
      await this.#release(endpoint, userId, until, now);
    }
    return readable(
      heads.flatMap(({ row, attempts }) => (row ? [{ row, attempts }] : [])),
      ({ row, attempts }) => ({ endpoint, event: toEvent(row), attempts, until }),
    );
  }

  async retry({ endpoint, event, until }: Delivery, dueAt: Timestamp): Promise<void> {
    await this.#statements.run(() =>
      this.#updateTaken(endpoint, event.userId, until).set({ due_at: dueAt }).execute(),
    );
  }

  async remove({ endpoint, event, until }: Delivery, now: Timestamp): Promise<void> {
    await this.#statements.run(() =>
      this.#db
        .deleteFrom('webhooks')
        .where('endpoint', '=', endpoint)
        .where('user_id', '=', event.userId)
        .where('event_id', '=', event.id)
        .execute(),
    );
    await this.#release(endpoint, event.userId, until, now);
  }

  async backlog(endpoint: EndpointId): Promise<WebhookBacklog> {
    const row = await this.#statements.run(() =>
      this.#db
        .selectFrom('webhooks')
        .select(({ fn }) => [fn.countAll<string | number>().as('webhooks'), fn.min('event_id').as('oldest')])
        .where('endpoint', '=', endpoint)
        .executeTakeFirstOrThrow(),
    );
    const oldest = unlessUnreadable(() => column({ ...row, id: endpoint }, 'oldest', orNull(parseEventId)));
    return { webhooks: parseCount(row.webhooks), oldest: oldest ? eventTime({ id: oldest }) : null };
  }

  async prune(before: Timestamp, limit: number): Promise<number> {
    const removed = await this.#statements.run(() =>
      this.#db
        .deleteFrom('webhooks')
        .where((eb) =>
          eb(
            eb.refTuple('endpoint', 'event_id'),
            'in',
            eb
              .selectFrom('webhooks')
              .select(['endpoint', 'event_id'])
              .where('event_id', '<', firstIdAt(before))
              .orderBy('event_id')
              .limit(limit)
              .$asTuple('endpoint', 'event_id'),
          ),
        )
        .returning(['endpoint', 'user_id'])
        .execute(),
    );
    for (const { endpoint, user_id: user } of removed) {
      const lane = await this.#lane(String(endpoint), String(user));
      if (lane && lane.dueAt < before) await this.#removeIfEmpty(String(endpoint), String(user), lane);
    }
    return removed.length;
  }

  /** When two replicas take at the same time, the second one may get less than is due. */
  #takeLanes(endpoint: EndpointId, now: Timestamp, until: Timestamp, limit: number) {
    return this.#statements.run(() =>
      this.#db
        .updateTable('webhook_lanes')
        .set({ attempts: sql`attempts + 1`, due_at: until, version: sql`version + 1` })
        .where('endpoint', '=', endpoint)
        .where(
          'user_id',
          'in',
          this.#db
            .selectFrom('webhook_lanes')
            .select('user_id')
            .where('endpoint', '=', endpoint)
            .where('due_at', '<=', now)
            .orderBy('due_at')
            .orderBy('user_id')
            .limit(limit),
        )
        // As in `SqlSessions.prune`: another replica may just have taken the lane.
        .where(sql`due_at + 0`, '<=', now)
        .returning(['user_id', 'attempts'])
        .execute(),
    );
  }

  #oldest(endpoint: EndpointId, user: UserId) {
    return this.#statements.run(() =>
      this.#db
        .selectFrom('webhooks')
        .innerJoin('events', 'events.id', 'webhooks.event_id')
        .selectAll('events')
        .where('webhooks.endpoint', '=', endpoint)
        .where('webhooks.user_id', '=', user)
        .orderBy('webhooks.event_id')
        .limit(1)
        .executeTakeFirst(),
    );
  }

  /** Removes the webhooks of a lane whose events have been removed. */
  async #dropGone(endpoint: EndpointId, user: UserId): Promise<void> {
    await this.#statements.run(() =>
      this.#db
        .deleteFrom('webhooks')
        .where('endpoint', '=', endpoint)
        .where('user_id', '=', user)
        .where((eb) =>
          eb.not(eb.exists(eb.selectFrom('events').select('id').whereRef('id', '=', 'webhooks.event_id'))),
        )
        .execute(),
    );
  }

  /** Ends the taking of a lane: removes it if it is empty, or else makes it due at `now`. */
  async #release(endpoint: EndpointId, user: UserId, until: Timestamp, now: Timestamp): Promise<void> {
    const lane = await this.#lane(endpoint, user);
    if (lane?.dueAt !== until || (await this.#removeIfEmpty(endpoint, user, lane))) return;
    await this.#statements.run(() =>
      this.#updateTaken(endpoint, user, until).set({ due_at: now, attempts: 0 }).execute(),
    );
  }

  /** A damaged lane is like none: it must not stop the rest. */
  async #lane(endpoint: string, user: string): Promise<Lane | undefined> {
    const row = await this.#statements.run(() =>
      this.#db
        .selectFrom('webhook_lanes')
        .select(['due_at', 'version'])
        .where('endpoint', '=', endpoint)
        .where('user_id', '=', user)
        .executeTakeFirst(),
    );
    const named = row && { ...row, id: user };
    return (
      named &&
      unlessUnreadable(() => ({
        dueAt: laneColumn(named, 'due_at', parseInstant),
        version: laneColumn(named, 'version', parseVersion),
      }))
    );
  }

  async #removeIfEmpty(endpoint: string, user: string, { version }: Lane): Promise<boolean> {
    const { numDeletedRows } = await this.#statements.run(() =>
      this.#db
        .deleteFrom('webhook_lanes')
        .where('endpoint', '=', endpoint)
        .where('user_id', '=', user)
        .where('version', '=', version)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('webhooks')
                .select('event_id')
                .where('endpoint', '=', endpoint)
                .where('user_id', '=', user),
            ),
          ),
        )
        .executeTakeFirst(),
    );
    return numDeletedRows > 0;
  }

  #updateTaken(endpoint: EndpointId, user: UserId, until: Timestamp) {
    return this.#db
      .updateTable('webhook_lanes')
      .set({ version: sql`version + 1` })
      .where('endpoint', '=', endpoint)
      .where('user_id', '=', user)
      .where('due_at', '=', until);
  }
}

const column = columnsOf('webhook');
const laneColumn = columnsOf('webhook lane');

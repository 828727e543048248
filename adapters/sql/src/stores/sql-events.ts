import {
  type Event,
  type EventFilter,
  type EventId,
  type EventLog,
  type EventPage,
  firstIdAt,
  type Timestamp,
  type UserId,
  type Webhook,
} from '@user-management/domain';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { fromRow, toRow } from './event-row.ts';
import { write } from './write.ts';

/** Rows that one statement of `forget` changes. */
const BATCH = 500;

/** Events in one table. `write` adds the events of a change. */
export class SqlEvents implements EventLog {
  readonly #db: Database;
  readonly #statements: Statements;

  constructor(db: Database, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  async append(event: Event, webhooks: readonly Webhook[] = []): Promise<void> {
    const insert = (db: Database) =>
      db
        .insertInto('events')
        .values(toRow(event))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('id');
    await this.#statements.run(() => write(this.#db, insert, { events: [], webhooks }));
  }

  ofUser(user: UserId, limit: number, before?: EventId): Promise<readonly Event[]> {
    return this.#find({ user }, limit, before);
  }

  async list(filter: EventFilter, limit: number, before?: EventId): Promise<EventPage> {
    const found = await this.#find(filter, limit + 1, before);
    const events = found.slice(0, limit);
    return { events, next: found.length > limit ? (events.at(-1)?.id ?? null) : null };
  }

  async forget(user: UserId): Promise<void> {
    while ((await this.#forgetSome(user)) > 0);
  }

  async prune(before: Timestamp, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#statements.run(() =>
      this.#db
        .deleteFrom('events')
        .where(
          'id',
          'in',
          this.#db
            .selectFrom('events')
            .select('id')
            .where('time', '<', before)
            .orderBy('time')
            .orderBy('id')
            .limit(limit),
        )
        .executeTakeFirst(),
    );
    return Number(numDeletedRows);
  }

  /** Ids sort by time, so one index serves a filter, the order and both bounds. */
  async #find(
    { user, type, after }: EventFilter,
    limit: number,
    before?: EventId,
  ): Promise<readonly Event[]> {
    let query = this.#db.selectFrom('events').selectAll().orderBy('id', 'desc').limit(limit);
    if (user !== undefined) query = query.where('user_id', '=', user);
    if (type !== undefined) query = query.where('type', '=', type);
    if (after !== undefined) query = query.where('id', '>=', firstIdAt((after + 1) as Timestamp));
    if (before !== undefined) query = query.where('id', '<', before);
    return (await this.#statements.run(() => query.execute())).map(fromRow);
  }

  async #forgetSome(user: UserId): Promise<bigint> {
    const personal = ['session_id', 'device_id', 'user_agent', 'ip'] as const;
    const { numUpdatedRows } = await this.#statements.run(() =>
      this.#db
        .updateTable('events')
        .set({ session_id: null, device_id: null, user_agent: null, ip: null })
        .where(
          'id',
          'in',
          this.#db
            .selectFrom('events')
            .select('id')
            .where('user_id', '=', user)
            .where((where) => where.or(personal.map((name) => where(name, 'is not', null))))
            .limit(BATCH),
        )
        .executeTakeFirst(),
    );
    return numUpdatedRows;
  }
}

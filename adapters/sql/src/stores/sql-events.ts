import {
  type Event,
  type EventFilter,
  type EventId,
  type EventLog,
  type EventPage,
  firstIdAt,
  type Logger,
  type Timestamp,
  type UserId,
  type Webhook,
} from '@user-management/domain';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { type EventRow, fromRow, parseId, toRow } from './event-row.ts';
import { UnreadableRow, unlessUnreadable } from './row.ts';
import { write } from './write.ts';

/** Rows that one statement of `forget` changes. */
const BATCH = 500;

/** Events in one table. `write` adds the events of a change. */
export class SqlEvents implements EventLog {
  readonly #db: Database;
  readonly #statements: Statements;
  readonly #logger: Pick<Logger, 'error'>;

  /** @param logger is told of events that a list leaves out, because they are damaged */
  constructor(db: Database, statements: Statements, logger: Pick<Logger, 'error'>) {
    this.#db = db;
    this.#statements = statements;
    this.#logger = logger;
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

  async ofUser(user: UserId, limit: number, before?: EventId): Promise<readonly Event[]> {
    const events: Event[] = [];
    let next = before ?? null;
    do {
      const page = await this.list({ user }, limit - events.length, next ?? undefined);
      events.push(...page.events);
      next = page.next;
    } while (next && events.length < limit);
    return events;
  }

  async list(filter: EventFilter, limit: number, before?: EventId): Promise<EventPage> {
    const rows = await this.#find(filter, limit + 1, before);
    const shown = rows.slice(0, limit);
    const next = rows.length > limit ? placeAfter(shown) : undefined;
    return { events: shown.flatMap((row) => this.#listed(row)), next: next ?? null };
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
  ): Promise<readonly EventRow[]> {
    let query = this.#db.selectFrom('events').selectAll().orderBy('id', 'desc').limit(limit);
    if (user !== undefined) query = query.where('user_id', '=', user);
    if (type !== undefined) query = query.where('type', '=', type);
    if (after !== undefined) query = query.where('id', '>=', firstIdAt((after + 1) as Timestamp));
    if (before !== undefined) query = query.where('id', '<', before);
    return this.#statements.run(() => query.execute());
  }

  /** A damaged event is left out of a list, because it must not hide the others. */
  #listed(row: EventRow): readonly Event[] {
    try {
      return [fromRow(row)];
    } catch (err) {
      if (!(err instanceof UnreadableRow)) throw err;
      this.#logger.error({ err, user_id: row.user_id }, 'A damaged event was left out of a list.');
      return [];
    }
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

/** Where the next page starts: after the last of these rows whose id can be read. */
function placeAfter(rows: readonly EventRow[]): EventId | undefined {
  const last = rows.findLast((row) => unlessUnreadable(() => parseId(row)) !== undefined) ?? rows.at(-1);
  return last && parseId(last);
}

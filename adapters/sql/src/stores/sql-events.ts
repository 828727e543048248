import type { Event, EventId, EventLog, Timestamp, UserId } from '@user-management/domain';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { fromRow, toRow } from './event-row.ts';

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

  async append(event: Event): Promise<void> {
    await this.#statements.run(() =>
      this.#db
        .insertInto('events')
        .values(toRow(event))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute(),
    );
  }

  async ofUser(user: UserId, limit: number, before?: EventId): Promise<readonly Event[]> {
    const rows = await this.#statements.run(() =>
      this.#db
        .selectFrom('events')
        .selectAll()
        .where('user_id', '=', user)
        .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    );
    return rows.map(fromRow);
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

import type { Backlog, Effects, Outbox, QueuedMail, Timestamp } from '@user-management/domain';
import { sql } from 'kysely';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { fromRow } from './mail-row.ts';
import { readable } from './readable.ts';
import { orNull, parseCount, parseInstant } from './row.ts';
import { write } from './write.ts';

/** Mails in one table. `write` puts them in. Its statements are as those of `SqlUsers`. */
export class SqlOutbox implements Outbox {
  readonly #db: Database;
  readonly #statements: Statements;

  constructor(db: Database, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  /** When two replicas take at the same time, the second one may get less than is due. */
  async take(now: Timestamp, until: Timestamp, limit: number): Promise<readonly QueuedMail[]> {
    const rows = await this.#statements.run(() =>
      this.#db
        .updateTable('outbox')
        .set({ attempts: sql`attempts + 1`, due_at: until, version: sql`version + 1` })
        .where(
          'id',
          'in',
          this.#db
            .selectFrom('outbox')
            .select('id')
            .where('due_at', '<=', now)
            .orderBy('due_at')
            .orderBy('id')
            .limit(limit),
        )
        // As in `SqlSessions.prune`: another replica may just have taken the mail.
        .where(sql`due_at + 0`, '<=', now)
        .returningAll()
        .execute(),
    );
    return readable(rows, fromRow);
  }

  async retry({ id, version }: QueuedMail, dueAt: Timestamp): Promise<void> {
    await this.#statements.run(() =>
      this.#db
        .updateTable('outbox')
        .set({ due_at: dueAt, version: version + 1 })
        .where('id', '=', id)
        .where('version', '=', version)
        .execute(),
    );
  }

  remove({ id, version }: QueuedMail, effects?: Effects): Promise<boolean> {
    const remove = (db: Database) =>
      db.deleteFrom('outbox').where('id', '=', id).where('version', '=', version).returning('id');
    return this.#statements.run(() => write(this.#db, remove, effects));
  }

  async backlog(): Promise<Backlog> {
    const { mails, oldest } = await this.#statements.run(() =>
      this.#db
        .selectFrom('outbox')
        .select(({ fn }) => [fn.countAll<string | number>().as('mails'), fn.min('occurred_at').as('oldest')])
        .executeTakeFirstOrThrow(),
    );
    return { mails: parseCount(mails), oldest: orNull(parseInstant)(oldest) };
  }
}

import {
  type Email,
  type User,
  type UserId,
  UserNotFound,
  type UserRepository,
} from '@user-management/domain';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { Turns } from './turns.ts';
import { fromRow, parseId, toRow } from './user-row.ts';

/**
 * Users in one table. Every operation is one statement; `update` is two statements without a transaction. So
 * no lock outlasts a statement, poolers in transaction mode work, and SQLite's only connection is never
 * reserved.
 */
export class SqlUsers implements UserRepository {
  readonly dataset: string;
  readonly #db: Database;
  readonly #statements: Statements;
  /**
   * Queues the writers of this process. Without the queue, a hundred concurrent updates of one user took 731
   * attempts.
   */
  readonly #turns = new Turns<UserId>();

  constructor(db: Database, dataset: string, statements: Statements) {
    this.#db = db;
    this.dataset = dataset;
    this.#statements = statements;
  }

  findById(id: UserId): Promise<User | undefined> {
    return this.#find('id', id);
  }

  findByEmail(email: Email): Promise<User | undefined> {
    return this.#find('email', email);
  }

  async add(user: User): Promise<void> {
    await this.#statements.run(() => this.#db.insertInto('users').values(toRow(user)).execute());
  }

  update(id: UserId, change: (user: User) => User): Promise<User> {
    const patience = this.#statements.patience();
    return this.#turns.take(id, async () => {
      patience.check(new Error(`Too many updates of ${id} are waiting.`));
      for (;;) {
        const updated = await this.#updateOnce(id, change);
        if (updated) return updated;
        await patience.wait(new Error(`Other writers changed ${id} before every attempt.`));
      }
    });
  }

  async mostRecentlyActive(limit: number): Promise<readonly UserId[]> {
    const rows = await this.#statements.run(() =>
      this.#db
        .selectFrom('users')
        .select('id')
        // The id makes the order total. The index covers the query, so the table is not read.
        .orderBy('last_active', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    );
    return rows.map(parseId);
  }

  async #find(column: 'id' | 'email', value: string): Promise<User | undefined> {
    const row = await this.#statements.run(() =>
      this.#db.selectFrom('users').selectAll().where(column, '=', value).executeTakeFirst(),
    );
    return row && fromRow(row);
  }

  /**
   * Returns `undefined` when another writer came between the read and the write: the version differs, so no
   * row changes.
   */
  async #updateOnce(id: UserId, change: (user: User) => User): Promise<User | undefined> {
    const stored = await this.findById(id);
    if (!stored) throw new UserNotFound();
    const changed = change(stored);
    if (changed === stored) return stored;
    const { numUpdatedRows } = await this.#statements.run(() =>
      this.#db
        .updateTable('users')
        .set(toRow(changed))
        .where('id', '=', id)
        .where('version', '=', stored.version)
        .executeTakeFirst(),
    );
    return numUpdatedRows === 1n ? changed : undefined;
  }
}

import {
  type Email,
  type User,
  type UserId,
  UserNotFound,
  type UserRepository,
  type UserStatus,
} from '@user-management/domain';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { Updates } from './updates.ts';
import { fromRow, parseId, toRow } from './user-row.ts';

const DELETING: UserStatus = 'deleting';

/**
 * Users in one table. Every operation is one statement; `update` is two statements without a transaction. So
 * no lock outlasts a statement, poolers in transaction mode work, and SQLite's only connection is never
 * reserved.
 */
export class SqlUsers implements UserRepository {
  readonly dataset: string;
  readonly #db: Database;
  readonly #statements: Statements;
  readonly #updates: Updates<UserId, User>;

  constructor(db: Database, dataset: string, statements: Statements) {
    this.#db = db;
    this.dataset = dataset;
    this.#statements = statements;
    this.#updates = new Updates({
      patience: () => statements.patience(),
      find: (id) => this.findById(id),
      replace: (stored, changed) => this.#replace(stored, changed),
    });
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

  async update(id: UserId, change: (user: User) => User): Promise<User> {
    const updated = await this.#updates.apply(id, change);
    if (!updated) throw new UserNotFound();
    return updated;
  }

  async remove({ id }: Pick<User, 'id'>): Promise<void> {
    await this.#statements.run(() => this.#db.deleteFrom('users').where('id', '=', id).execute());
  }

  async beingDeleted(limit: number): Promise<readonly UserId[]> {
    const rows = await this.#statements.run(() =>
      this.#db.selectFrom('users').select('id').where('status', '=', DELETING).limit(limit).execute(),
    );
    return rows.map(parseId);
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

  async #replace({ id, version }: User, changed: User): Promise<boolean> {
    const { numUpdatedRows } = await this.#statements.run(() =>
      this.#db
        .updateTable('users')
        .set(toRow(changed))
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst(),
    );
    return numUpdatedRows === 1n;
  }
}

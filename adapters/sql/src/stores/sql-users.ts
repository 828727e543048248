import {
  type Addition,
  type Effects,
  type Email,
  firstUserIdAt,
  type User,
  type UserFilter,
  type UserId,
  UserNotFound,
  type UserPage,
  type UserPlace,
  type UserRepository,
  type UserStatus,
} from '@user-management/domain';
import { sql } from 'kysely';
import type { Database } from '../schema/tables.ts';
import { isSqlite } from '../statements/engine.ts';
import type { Statements } from '../statements/statements.ts';
import { addUsers } from './add-users.ts';
import { changesOf, unlessUnreadable } from './row.ts';
import { Updates } from './updates.ts';
import { fromRow, parseEmailOf, parseId, toRow, type UserRow } from './user-row.ts';
import { write } from './write.ts';

const DELETING: UserStatus = 'deleting';

/** No email has it, so it comes after everything that an email can go on with. */
const LAST_CHARACTER = '\u{10ffff}';

/** Rows that a page reads where the filter may take few of them. */
const MOST_READ = 1000;

/** Whether the filter may take few rows of the order of emails. The order of ids has an index for each. */
const isSelective = ({ emailPrefix, status, createdAfter }: UserFilter): boolean =>
  emailPrefix !== undefined && (status ?? createdAfter) !== undefined;

/** In the order of `users_email_bytes`. */
const emailByBytes = (db: Database) =>
  isSqlite(db) ? sql.ref<string>('email') : sql<string>`email collate "C"`;

const placeOfRow = (row: UserRow, { emailPrefix }: UserFilter): UserPlace =>
  emailPrefix === undefined ? parseId(row) : parseEmailOf(row);

function readEach(rows: readonly UserRow[]): Pick<UserPage, 'users' | 'damaged'> {
  const users: User[] = [];
  const damaged: UserId[] = [];
  for (const row of rows) {
    const user = unlessUnreadable(() => fromRow(row));
    if (user) users.push(user);
    else damaged.push(...idOf(row));
  }
  return { users, damaged };
}

/** A row whose id is damaged is nobody's, and must not hide the others. */
const idOf = (row: Pick<UserRow, 'id'>): readonly UserId[] =>
  [unlessUnreadable(() => parseId(row))].filter((id) => id !== undefined);

/** Where the next page starts: after the last of these rows that has a place. */
function placeAfter(rows: readonly UserRow[], filter: UserFilter): UserPlace | undefined {
  const isPlaced = (row: UserRow) => unlessUnreadable(() => placeOfRow(row, filter)) !== undefined;
  const last = rows.findLast(isPlaced) ?? rows.at(-1);
  return last && placeOfRow(last, filter);
}

/**
 * Users in one table. Every operation is one statement; `update` is two statements without a transaction. So
 * no lock outlasts a statement, and poolers in transaction mode work. `write` explains the exception.
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
      replace: (stored, changed, effects) => this.#replace(stored, changed, effects),
    });
  }

  findById(id: UserId): Promise<User | undefined> {
    return this.#find('id', id);
  }

  async findByEmail(email: Email, allowed?: Promise<unknown>): Promise<User | undefined> {
    await allowed;
    return this.#find('email', email);
  }

  async idsByEmail(emails: readonly Email[]): Promise<ReadonlyMap<Email, UserId>> {
    if (emails.length === 0) return new Map();
    const rows = await this.#statements.run(() =>
      this.#db.selectFrom('users').select(['id', 'email']).where('email', 'in', emails).execute(),
    );
    // Emails compare as text, so each is one of those that were given.
    return new Map(rows.flatMap((row) => idOf(row).map((id) => [row.email as Email, id])));
  }

  async add(user: User, effects?: Effects): Promise<void> {
    const insert = (db: Database) => db.insertInto('users').values(toRow(user)).returning('id');
    await this.#statements.run(() => write(this.#db, insert, effects));
  }

  async addAll(additions: readonly Addition[]): Promise<readonly boolean[]> {
    if (additions.length === 0) return [];
    const added = await this.#statements.run(() => addUsers(this.#db, additions));
    return additions.map(({ user }) => added.has(user.id));
  }

  /** Reads the user anew: what the caller knows may come from a cache, and must not get into this table. */
  async update(id: UserId, change: (user: User) => User, effects?: Effects): Promise<User> {
    const updated = await this.#updates.apply(id, change, effects);
    if (!updated) throw new UserNotFound();
    return updated;
  }

  async remove({ id }: Pick<User, 'id'>): Promise<void> {
    await this.#statements.run(() => this.#db.deleteFrom('users').where('id', '=', id).execute());
  }

  async list(filter: UserFilter, limit: number, after?: UserPlace): Promise<UserPage> {
    const end = isSelective(filter) ? await this.#endOfReading(filter, after) : undefined;
    const rows = await this.#statements.run(() =>
      this.#select(filter, after, end)
        .selectAll()
        .limit(limit + 1)
        .execute(),
    );
    const shown = rows.slice(0, limit);
    const next = rows.length > limit ? placeAfter(shown, filter) : end;
    return { ...readEach(shown), next: next ?? null };
  }

  async beingDeleted(limit: number): Promise<readonly UserId[]> {
    const rows = await this.#statements.run(() =>
      this.#db.selectFrom('users').select('id').where('status', '=', DELETING).limit(limit).execute(),
    );
    return rows.flatMap(idOf);
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
    return rows.flatMap(idOf);
  }

  /**
   * Each order has an index, so a page reads little more than its rows. No index has the emails of one status
   * in their order.
   */
  #select(filter: UserFilter, after?: UserPlace, end?: UserPlace) {
    const { emailPrefix, status, createdAfter } = filter;
    let query = this.#inOrder(filter, after, end);
    const column = emailPrefix === undefined ? sql.ref('status') : sql`status || ''`;
    query = status ? query.where(column, '=', status) : query.where('status', '<>', DELETING);
    if (createdAfter === undefined) return query;
    return query.where('created_at', '>', createdAfter).where('id', '>=', firstUserIdAt(createdAfter));
  }

  #inOrder({ emailPrefix }: UserFilter, after: UserPlace | undefined, end?: UserPlace) {
    const place = emailPrefix === undefined ? sql.ref('id') : emailByBytes(this.#db);
    let query = this.#db.selectFrom('users').orderBy(place);
    if (after !== undefined) query = query.where(place, '>', after);
    if (emailPrefix === undefined) return query;
    query = query.where(place, '>=', emailPrefix);
    // SQLite seeks with one bound at each side, so the nearer one stands alone.
    if (end !== undefined) return query.where(place, '<=', end);
    return query.where(place, '<', `${emailPrefix}${LAST_CHARACTER}`);
  }

  /** Where a page stops to read. `undefined`: it can read to the end of the list. */
  async #endOfReading(filter: UserFilter, after: UserPlace | undefined): Promise<Email | undefined> {
    const row = await this.#statements.run(() =>
      this.#inOrder(filter, after)
        .select(['id', 'email'])
        .offset(MOST_READ - 1)
        .limit(1)
        .executeTakeFirst(),
    );
    return row && unlessUnreadable(() => parseEmailOf(row));
  }

  async #find(column: 'id' | 'email', value: string): Promise<User | undefined> {
    const row = await this.#statements.run(() =>
      this.#db.selectFrom('users').selectAll().where(column, '=', value).executeTakeFirst(),
    );
    return row && fromRow(row);
  }

  #replace(stored: User, changed: User, effects?: Effects): Promise<boolean> {
    const update = (db: Database) =>
      db
        .updateTable('users')
        .set(changesOf(toRow(stored), toRow(changed)))
        .where('id', '=', stored.id)
        .where('version', '=', stored.version)
        .returning('id');
    return this.#statements.run(() => write(this.#db, update, effects));
  }
}

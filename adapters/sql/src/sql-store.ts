import type { User, UserRepository } from '@user-management/domain';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { loadUsers } from './load-users.ts';
import { SqlUsers } from './sql-users.ts';
import type { Statements } from './statements.ts';

/** An open database that holds users. */
export interface SqlStore {
  readonly users: UserRepository;
  /** Fulfilled when the database answers. @throws {DependencyUnavailable} */
  check(): Promise<void>;
  /** Adds many users at once, far faster than one by one; of a load that fails, a part may be there. */
  load(users: Iterable<User> | AsyncIterable<User>): Promise<void>;
  /** Waits for the statements that are running. Nothing may be asked of the store afterwards. */
  close(): Promise<void>;
}

export const sqlStore = (db: Database, dataset: string, statements: Statements): SqlStore => ({
  users: new SqlUsers(db, dataset, statements),
  check: async () => {
    await statements.run(() => sql`select 1`.execute(db));
  },
  load: (users) => loadUsers(db, statements, users),
  close: () => db.destroy(),
});

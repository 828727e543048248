import type { EventLog, SessionRepository, UserRepository } from '@user-management/domain';
import { sql } from 'kysely';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { SqlEvents } from './sql-events.ts';
import { SqlSessions } from './sql-sessions.ts';
import { SqlUsers } from './sql-users.ts';

/** An open database that holds users, their sessions and what happened to them. */
export interface SqlStore {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly events: EventLog;
  /** Resolves when the database answers. @throws {DependencyUnavailable} */
  check(): Promise<void>;
  /** Waits for the running statements. The store must not be used afterwards. */
  close(): Promise<void>;
}

export const sqlStore = (db: Database, dataset: string, statements: Statements): SqlStore => ({
  users: new SqlUsers(db, dataset, statements),
  sessions: new SqlSessions(db, statements),
  events: new SqlEvents(db, statements),
  check: async () => {
    await statements.run(() => sql`select 1`.execute(db));
  },
  close: () => db.destroy(),
});

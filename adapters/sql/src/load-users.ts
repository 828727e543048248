import type { User } from '@user-management/domain';
import type { Database } from './database.ts';
import type { Statements } from './statements.ts';
import { toRow } from './user-row.ts';

/** Twelve parameters a row: SQLite takes at most 32,766 in a statement, PostgreSQL 65,535. */
const BATCH = 1_000;

export async function loadUsers(
  db: Database,
  statements: Statements,
  users: Iterable<User> | AsyncIterable<User>,
): Promise<void> {
  for await (const batch of batches(users)) {
    await statements.run(() => db.insertInto('users').values(batch.map(toRow)).execute());
  }
}

async function* batches(users: Iterable<User> | AsyncIterable<User>): AsyncGenerator<User[]> {
  let batch: User[] = [];
  for await (const user of users) {
    batch.push(user);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

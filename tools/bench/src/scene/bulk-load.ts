import { DatabaseSync } from 'node:sqlite';
import type { User } from '@user-management/domain';
import { toRow } from '@user-management/sql';
import { Client } from 'pg';

/** The number of rows in a statement. */
const BATCH = 5_000;

/** Adds users to a file that the service has created. Much faster than single writes. */
export function loadIntoSqlite(path: string, users: Iterable<User>): void {
  const database = new DatabaseSync(path);
  try {
    for (const batch of batches(users)) insert(database, batch);
  } finally {
    database.close();
  }
}

function insert(database: DatabaseSync, users: readonly User[]): void {
  const rows = users.map(toRow);
  const columns = Object.keys(rows[0] ?? {});
  const places = columns.map((name) => `:${name}`);
  const statement = database.prepare(`insert into users (${columns.join()}) values (${places.join()})`);
  database.exec('begin');
  for (const row of rows) statement.run(row);
  database.exec('commit');
}

/** Adds users to a database that the service has migrated. Much faster than single writes. */
export async function loadIntoPostgres(url: string, users: Iterable<User>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const batch of batches(users)) {
      const rows = JSON.stringify(batch.map(toRow));
      await client.query('insert into users select * from json_populate_recordset(null::users, $1)', [rows]);
    }
  } finally {
    await client.end();
  }
}

function* batches(users: Iterable<User>): Generator<User[]> {
  let batch: User[] = [];
  for (const user of users) {
    batch.push(user);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

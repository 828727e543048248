import { DatabaseSync } from 'node:sqlite';
import type { Event, Session, User } from '@user-management/domain';
import { toEventRow, toRow, toSessionRow } from '@user-management/sql';
import { Client } from 'pg';

type Row = Readonly<Record<string, string | number | null>>;

/** What becomes of the items of one table. */
export interface Loading<Item> {
  readonly table: string;
  readonly toRow: (item: Item) => Row;
}

export const USERS: Loading<User> = { table: 'users', toRow };
export const SESSIONS: Loading<Session> = { table: 'sessions', toRow: toSessionRow };
export const EVENTS: Loading<Event> = { table: 'events', toRow: toEventRow };

/** The number of rows in a statement. */
const BATCH = 5_000;

/** Adds rows to a file that the service has created. Much faster than single writes. */
export function loadIntoSqlite<Item>(path: string, loading: Loading<Item>, items: Iterable<Item>): void {
  const database = new DatabaseSync(path);
  try {
    // Nobody misses rows that a power failure takes from a measurement.
    database.exec('pragma synchronous = off; pragma cache_size = -65536');
    for (const batch of batches(items)) insert(database, loading.table, batch.map(loading.toRow));
  } finally {
    database.close();
  }
}

function insert(database: DatabaseSync, table: string, rows: readonly Row[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const places = columns.map((name) => `:${name}`);
  const statement = database.prepare(`insert into ${table} (${columns.join()}) values (${places.join()})`);
  database.exec('begin');
  for (const row of rows) statement.run(row);
  database.exec('commit');
}

/** Adds rows to a database that the service has migrated. Much faster than single writes. */
export async function loadIntoPostgres<Item>(
  url: string,
  { table, toRow }: Loading<Item>,
  items: Iterable<Item>,
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const batch of batches(items)) {
      const rows = JSON.stringify(batch.map(toRow));
      await client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
        rows,
      ]);
    }
    // Otherwise the autovacuum and a checkpoint come during the measurement.
    await client.query(`vacuum (analyze) ${table}`);
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

export function* batches<Item>(items: Iterable<Item>): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client, DatabaseError } from 'pg';
import { migrations } from './migrations.ts';
import { pinTls } from './tls.ts';

/** Names of migrations, in order. */
export interface SchemaState {
  readonly applied: readonly string[];
  /** What this version would still do when it opens the database. */
  readonly missing: readonly string[];
  /** What a later version did. */
  readonly unknown: readonly string[];
}

const QUERY = 'select name from users_migration order by name';
/** undefined_table */
const NO_TABLE = '42P01';

/**
 * Where the schema stands, without changing anything.
 * @throws {Error} when there is no such file, or it cannot be read.
 */
export function inspectSqlite(path: string): SchemaState {
  const file = resolve(path);
  // SQLite's own words are "unable to open database file", whatever the reason.
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  const database = new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
  try {
    const isNew =
      database.prepare(`select 1 from sqlite_master where name = 'users_migration'`).get() === undefined;
    return stateOf(isNew ? [] : database.prepare(QUERY).all());
  } finally {
    database.close();
  }
}

/**
 * Where the schema stands, without changing anything.
 * @throws {Error} when the server cannot be reached, lets nobody in or does not answer in time.
 */
export async function inspectPostgres(url: string, timeoutMs: number): Promise<SchemaState> {
  const client = new Client({
    connectionString: pinTls(url),
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  // The end of a connection is also told by the promise of whatever is under way.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>(QUERY);
    return stateOf(rows);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === NO_TABLE) return stateOf([]);
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function stateOf(rows: readonly Record<string, unknown>[]): SchemaState {
  const applied = rows.map(({ name }) => String(name));
  const known = Object.keys(migrations);
  return {
    applied,
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { APPLIED_MIGRATIONS, type SchemaState, schemaState } from '../schema/schema-state.ts';

/**
 * Says where the schema stands, without changing anything.
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
    return schemaState(isNew ? [] : database.prepare(APPLIED_MIGRATIONS).all());
  } finally {
    database.close();
  }
}

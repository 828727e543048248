import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { APPLIED_MIGRATIONS, type SchemaState, schemaState } from '../schema/schema-state.ts';

/**
 * Reads the state of the schema. It changes nothing.
 * @throws {Error} when the file does not exist or cannot be read.
 */
export function inspectSqlite(path: string): SchemaState {
  const file = resolve(path);
  // SQLite's own message is "unable to open database file" for every reason.
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

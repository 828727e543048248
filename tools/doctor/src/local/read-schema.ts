import type { Settings } from '@user-management/settings';
import { inspectPostgres, inspectSqlite, type SchemaState } from '@user-management/sql';

const TIMEOUT_MS = 5_000;

/** Reads the applied migrations of the user store. It migrates nothing. */
export async function readSchema({ database }: Settings): Promise<SchemaState> {
  switch (database.kind) {
    case 'sqlite':
      return inspectSqlite(database.path);
    case 'postgres':
      return inspectPostgres(database.url.reveal(), TIMEOUT_MS);
    case 'memory':
    case 'redis':
      throw new Error(`${database.kind} has no schema`);
  }
}

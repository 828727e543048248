import type { Settings } from '@user-management/settings';
import type { SchemaState } from '@user-management/sql/inspect';

const TIMEOUT_MS = 5_000;

/** Reads the applied migrations of the user store. It migrates nothing. */
export async function readSchema({ database }: Settings): Promise<SchemaState> {
  // Loaded only where a database is asked: a pod has little memory to spare for the doctor.
  const { inspectPostgres, inspectSqlite } = await import('@user-management/sql/inspect');
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

import { PostgresAdapter, PostgresDialect } from 'kysely';

/**
 * Kysely's dialect without its migration lock, an advisory lock of the session. `prepareSchema` locks a row
 * instead.
 */
export class LocklessPostgresDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new LocklessPostgresAdapter();
  }
}

class LocklessPostgresAdapter extends PostgresAdapter {
  override acquireMigrationLock(): Promise<void> {
    return Promise.resolve();
  }

  override releaseMigrationLock(): Promise<void> {
    return Promise.resolve();
  }
}

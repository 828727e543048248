import type { Database } from '@user-management/settings';
import { postgres } from './postgres.ts';
import { sqlite } from './sqlite.ts';
import type { UserStore } from './user-store.ts';

/** @throws {Error} when the store is not a database that this tool can back up */
export function userStore(database: Database): UserStore {
  switch (database.kind) {
    case 'sqlite':
      return sqlite(database.path);
    case 'postgres':
      return postgres(database.url);
    case 'redis':
      throw new Error(
        'DATABASE_URL is redis: the users are in Redis. Back up that Redis instead (docs/backup.md).',
      );
    case 'memory':
      throw new Error(
        'DATABASE_URL is memory: the users are lost when the service ends. There is nothing to back up.',
      );
  }
}

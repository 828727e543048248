import type { Database } from '@user-management/settings';
import { postgres } from './postgres.ts';
import { sqlite } from './sqlite.ts';
import type { UserStore } from './user-store.ts';

/** @throws {Error} where the users are not in a database of its own */
export function userStore(database: Database): UserStore {
  switch (database.kind) {
    case 'sqlite':
      return sqlite(database.path);
    case 'postgres':
      return postgres(database.url);
    case 'redis':
      throw new Error(
        'DATABASE_URL is redis: the users are in Redis, which is backed up where it runs (docs/backup.md).',
      );
    case 'memory':
      throw new Error('DATABASE_URL is memory: the users are gone when the service ends.');
  }
}

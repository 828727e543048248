import { describeUserRepository, type UserRepositoryUnderTest } from '@user-management/conformance';
import { onPostgres, onSqlite, postgresUrl, sqliteFile } from '../testing/stores.ts';
import type { SqlStore } from './sql-store.ts';

/** Two stores over one database are two replicas of the service. */
async function replicated(open: () => Promise<SqlStore>): Promise<UserRepositoryUnderTest> {
  const [one, other] = [await open(), await open()];
  return {
    repository: one.users,
    replica: other.users,
    reopen: async () => (await open()).users,
  };
}

describeUserRepository(
  'SqlUsers on SQLite',
  async () => {
    const path = await sqliteFile();
    return replicated(() => onSqlite(path));
  },
  { durable: true },
);

describeUserRepository(
  'SqlUsers on PostgreSQL',
  async () => {
    const url = await postgresUrl();
    return replicated(() => onPostgres(url));
  },
  { durable: true },
);

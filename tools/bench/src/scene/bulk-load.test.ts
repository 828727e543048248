import { rmSync } from 'node:fs';
import type { PasswordHash } from '@user-management/domain';
import { createPostgresDatabase } from '@user-management/servers';
import { openPostgres, openSqlite, type SqlStore } from '@user-management/sql';
import { expect, it } from 'vitest';
import { loadIntoPostgres, loadIntoSqlite, SESSIONS, USERS } from './bulk-load.ts';
import { sampleLogin, sampleLogins } from './sample-sessions.ts';
import { sampleUser, sampleUsers } from './sample-users.ts';
import { logger } from './silent.ts';
import { makeFolder } from './stores.ts';

const HASH = `$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$${'A'.repeat(43)}` as PasswordHash;
const COUNT = 12_000;
const LOGGED_IN = 100;
const users = () => sampleUsers(COUNT, HASH, 'test');
const sessions = () => sampleLogins(LOGGED_IN).map(({ session }) => session);

async function expectAll(store: SqlStore): Promise<void> {
  for (const n of [0, 4_999, 5_000, COUNT - 1]) {
    const user = sampleUser(n, HASH);
    expect(await store.users.findByEmail(user.email)).toEqual(user);
  }
  const { session } = sampleLogin(LOGGED_IN - 1);
  expect(await store.sessions.find(session.id)).toEqual(session);
  expect(await store.users.mostRecentlyActive(COUNT + 1)).toHaveLength(COUNT);
  await store.close();
}

it('loads more than one batch of users into SQLite, and their sessions', async () => {
  const folder = makeFolder();
  const path = `${folder}/users.db`;
  const store = await openSqlite({ path, logger });
  loadIntoSqlite(path, USERS, users());
  loadIntoSqlite(path, SESSIONS, sessions());
  await expectAll(store);
  rmSync(folder, { recursive: true });
});

it('loads more than one batch of users into PostgreSQL, and their sessions', async () => {
  const database = await createPostgresDatabase();
  const { url } = database;
  const options = { connectTimeoutMs: 5_000, statementTimeoutMs: 60_000, poolSize: 1 };
  const store = await openPostgres({ url, logger, ...options });
  await loadIntoPostgres(url, USERS, users());
  await loadIntoPostgres(url, SESSIONS, sessions());
  await expectAll(store);
  await database.drop();
});

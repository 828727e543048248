import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aUser } from '@user-management/conformance';
import type { Logger, User } from '@user-management/domain';
import { createPostgresDatabase } from '@user-management/servers';
import { databaseUrl } from '@user-management/settings';
import { openPostgres, openSqlite, type SqlStore } from '@user-management/sql';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUp, restore } from './commands.ts';
import { userStore } from './open-user-store.ts';
import type { UserStore } from './user-store.ts';

const quiet = { info: () => undefined, warn: () => undefined } as unknown as Logger;
const limits = { connectTimeoutMs: 5_000, statementTimeoutMs: 5_000, poolSize: 2 };

/** A database for users: how the service opens it, and how it loses everything. */
interface Place {
  readonly store: UserStore;
  open(): Promise<SqlStore>;
  lose(): Promise<void>;
  drop(): Promise<void>;
}

const stored = (url: string): UserStore => {
  const database = databaseUrl.parse(url);
  if (database === undefined) throw new Error(`This URL names no store: ${url}`);
  return userStore(database);
};

async function onSqlite(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'backup-'));
  const path = join(folder, 'users.db');
  return {
    store: stored(`sqlite:${path}`),
    open: () => openSqlite({ path, logger: quiet }),
    lose: () => rm(path),
    drop: () => rm(folder, { recursive: true }),
  };
}

async function onPostgres(): Promise<Place> {
  const database = await createPostgresDatabase();
  const { url } = database;
  return {
    store: stored(url),
    open: () => openPostgres({ url, logger: quiet, ...limits }),
    // The name stays the same, so that the same DATABASE_URL names an empty database.
    async lose() {
      const server = new URL(url);
      const name = server.pathname.slice(1);
      server.pathname = '/postgres';
      const client = new Client({ connectionString: server.href });
      await client.connect();
      await client.query(`drop database ${name} with (force)`);
      await client.query(`create database ${name}`);
      await client.end();
    },
    drop: () => database.drop(),
  };
}

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
])('a backup of %s', (_, create) => {
  let folder: string;
  let place: Place;
  let file: string;

  beforeEach(async () => {
    place = await create();
    folder = await mkdtemp(join(tmpdir(), 'backups-'));
    file = join(folder, 'one.backup');
  });
  afterEach(async () => {
    await place.drop();
    await rm(folder, { recursive: true });
  });

  const add = async (...users: readonly User[]): Promise<string> => {
    const { users: repository, close } = await opened();
    for (const user of users) await repository.add(user);
    await close();
    return repository.dataset;
  };
  const opened = async () => {
    const sql = await place.open();
    return { users: sql.users, close: () => sql.close() };
  };

  it('brings every user back when the volume is lost', async () => {
    const users = Array.from({ length: 50 }, () => aUser());
    await add(...users);
    await backUp(place.store, file);
    await place.lose();
    expect(await place.store.count()).toBe(0);

    expect(await restore(place.store, file, false)).toContain('Users: 50.');
    const { users: repository, close } = await opened();
    expect(await Promise.all(users.map(({ id }) => repository.findById(id)))).toEqual(users);
    await close();
  });

  it('is made while the service writes', async () => {
    const { users, close } = await opened();
    const user = aUser();
    await users.add(user);
    expect(await backUp(place.store, file)).toContain('Users: 1.');
    await close();
    await place.lose();
    await restore(place.store, file, false);
    expect(await place.store.count()).toBe(1);
  });

  it('replaces users only with the permission to', async () => {
    const [old, later] = [aUser(), aUser()];
    await add(old);
    await backUp(place.store, file);
    await add(later);
    await expect(restore(place.store, file, false)).rejects.toThrow('--replace');
    expect(await place.store.count()).toBe(2);
    await restore(place.store, file, true);
    const { users, close } = await opened();
    expect(await users.findById(old.id)).toEqual(old);
    expect(await users.findById(later.id)).toBeUndefined();
    await close();
  });

  it('is restored as a new dataset, so that caches of later users are ignored', async () => {
    const before = await add(aUser());
    await backUp(place.store, file);
    await restore(place.store, file, true);
    const { users, close } = await opened();
    expect(users.dataset).not.toBe(before);
    await close();
  });

  it('that is damaged leaves the store unchanged', async () => {
    await add(aUser());
    await backUp(place.store, file);
    writeFileSync(file, readFileSync(file).fill(0xff, 100));
    await expect(restore(place.store, file, true)).rejects.toThrow();
    expect(await place.store.count()).toBe(1);
  });

  it('can be read only by its owner, and never overwrites a file', async () => {
    await add(aUser());
    await backUp(place.store, file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(backUp(place.store, file)).rejects.toThrow('exists already');
  });
});

it('refuses to restore an SQLite file that the service has open', async () => {
  const place = await onSqlite();
  const sql = await place.open();
  await sql.users.add(aUser());
  const folder = await mkdtemp(join(tmpdir(), 'backups-'));
  const file = join(folder, 'one.backup');
  await backUp(place.store, file);
  await expect(restore(place.store, file, true)).rejects.toThrow('Stop the service first');
  await sql.close();
  await place.drop();
  await rm(folder, { recursive: true });
});

it.each(['redis:', 'memory:'])('says why %s has no backup', (url) => {
  expect(() => stored(url)).toThrow(url);
});

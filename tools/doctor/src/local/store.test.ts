import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPostgresDatabase, redisUrl } from '@user-management/servers';
import { openPostgres, openSqlite } from '@user-management/sql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { examine, temporaryFolder } from '../testing/examine.ts';
import { examineLocally, LOCAL } from './index.ts';

const nothing = () => undefined;
const logger = { info: nothing, warn: nothing, error: nothing };

async function migratedFile(): Promise<string> {
  const path = join(temporaryFolder(), 'users.db');
  await (await openSqlite({ path, logger })).close();
  return path;
}

async function postgresUrl(): Promise<string> {
  const database = await createPostgresDatabase();
  onTestFinished(() => database.drop());
  return database.url;
}

const MIGRATIONS =
  '0001-users, 0002-sessions, 0003-events, 0004-challenges, 0005-audit, 0006-lists, 0007-webhooks, ' +
  '0008-sessions-in-place';

describe('a user store in SQLite', () => {
  it('is missing before the first start, and is not created', async () => {
    const path = join(temporaryFolder(), 'users.db');
    for (const time of ['first', 'second']) {
      const result = await examine('database', { DATABASE_URL: `sqlite:${path}` });
      expect(result, time).toMatchObject({
        status: 'skipped',
        saw: `There is no file ${path} yet. The service creates it at its first start.`,
      });
    }
  });

  it('is not migrated, and stays so', async () => {
    const path = join(temporaryFolder(), 'users.db');
    new DatabaseSync(path).close();
    for (const time of ['first', 'second']) {
      const result = await examine('schema', { DATABASE_URL: `sqlite:${path}` });
      expect(result, time).toMatchObject({
        status: 'failed',
        saw: `Migrations are missing: ${MIGRATIONS}.`,
      });
    }
  });

  it('is up to date', async () => {
    const env = { DATABASE_URL: `sqlite:${await migratedFile()}` };
    expect(await examine('schema', env)).toMatchObject({
      status: 'ok',
      saw: `The schema is up to date: ${MIGRATIONS}.`,
    });
  });

  it('has a schema of a later version', async () => {
    const path = await migratedFile();
    const database = new DatabaseSync(path);
    database.exec(`insert into users_migration values ('9001-later', '')`);
    const one = await examine('schema', { DATABASE_URL: `sqlite:${path}` });
    expect([one.status, one.saw]).toEqual(['ok', expect.stringContaining('one migration ahead')]);
    database.exec(`insert into users_migration values ('9002-latest', '')`);
    database.close();
    const { status, saw } = await examine('schema', { DATABASE_URL: `sqlite:${path}` });
    expect([status, saw]).toEqual([
      'failed',
      'A newer version of the service has migrated the database (9001-later, 9002-latest).',
    ]);
  });
});

describe('a user store in PostgreSQL', () => {
  it('cannot be reached, and its password is not shown', async () => {
    const env = { DATABASE_URL: 'postgres://ann:not-to-be-seen@127.0.0.1:1/users' };
    const result = await examine('database', env);
    expect(result).toMatchObject({
      status: 'failed',
      mend: expect.stringContaining('psql "$DATABASE_URL"') as string,
    });
    expect(JSON.stringify(result)).not.toContain('not-to-be-seen');
  });

  it('refuses the password', async () => {
    const url = new URL(await postgresUrl());
    url.password = 'not-the-right-one';
    const result = await examine('database', { DATABASE_URL: url.href });
    expect(result).toMatchObject({
      status: 'failed',
      saw: expect.stringContaining('password authentication') as string,
    });
    expect(JSON.stringify(result)).not.toContain('not-the-right-one');
  });

  it('is not migrated, and stays so', async () => {
    const env = { DATABASE_URL: await postgresUrl() };
    for (const time of ['first', 'second']) {
      expect(await examine('schema', env), time).toMatchObject({
        status: 'failed',
        saw: `Migrations are missing: ${MIGRATIONS}.`,
      });
    }
  });

  it('is up to date', async () => {
    const url = await postgresUrl();
    const limits = { connectTimeoutMs: 5_000, statementTimeoutMs: 5_000, poolSize: 1 };
    await (await openPostgres({ url, logger, ...limits })).close();
    expect(await examine('database', { DATABASE_URL: url })).toMatchObject({ status: 'ok' });
    expect(await examine('schema', { DATABASE_URL: url })).toMatchObject({ status: 'ok' });
  });
});

describe('the checks', () => {
  it('need only earlier checks', () => {
    const checks = LOCAL.flatMap((group) => group.checks);
    const before = checks.map((_, n) => checks.slice(0, n).map(({ name }) => name));
    for (const [n, { needs }] of checks.entries())
      expect(before[n]).toEqual(expect.arrayContaining([...needs]));
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  });

  it('find no fault in the servers of the tests', async () => {
    const { hostname, port, pathname } = new URL(redisUrl());
    const results = await examineLocally({
      REDIS_HOST: hostname,
      REDIS_PORT: port,
      REDIS_DB: pathname.slice(1),
      DATABASE_URL: `sqlite:${await migratedFile()}`,
    });
    expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
  });
});

import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inspectPostgres } from '../postgres/inspect-postgres.ts';
import { inspectSqlite } from '../sqlite/inspect-sqlite.ts';
import { engines, postgresUrl, sqliteFile } from '../testing/stores.ts';
import { migrations } from './migrations.ts';
import type { SchemaState } from './schema-state.ts';

const NAMES = Object.keys(migrations);

const inspect = async (engine: (typeof engines)[number], address: string): Promise<SchemaState> =>
  engine.name === 'SQLite' ? inspectSqlite(address) : inspectPostgres(address, 5_000);

describe.each(engines)('the schema on $name', (engine) => {
  it('lacks every migration before the first start, and looking does not change that', async () => {
    const address = await engine.address();
    const db = await engine.raw(address);
    const before = { applied: [], missing: NAMES, unknown: [], tooNew: false };
    expect(await inspect(engine, address)).toEqual(before);
    expect(await inspect(engine, address)).toEqual(before);
    expect(await db.introspection.getTables()).toEqual([]);
  });

  it('is up to date after a start, also while the service runs', async () => {
    const address = await engine.address();
    await engine.open(address);
    expect(await inspect(engine, address)).toEqual({
      applied: NAMES,
      missing: [],
      unknown: [],
      tooNew: false,
    });
  });

  it('has what a later version did to it', async () => {
    const address = await engine.address();
    await engine.open(address);
    const db = await engine.raw(address);
    await db.insertInto('users_migration').values({ name: '9999-later', timestamp: '' }).execute();
    expect(await inspect(engine, address)).toMatchObject({ missing: [], unknown: ['9999-later'] });
  });
});

describe('inspectSqlite', () => {
  it('does not make a file that is not there', async () => {
    const path = await sqliteFile();
    expect(() => inspectSqlite(path)).toThrow(`there is no file ${path}`);
    expect(existsSync(path)).toBe(false);
  });
});

describe('inspectPostgres', () => {
  it('says why it cannot look, in time', async () => {
    const url = new URL(await postgresUrl());
    url.pathname = '/nowhere';
    await expect(inspectPostgres(url.href, 5_000)).rejects.toThrow('database "nowhere" does not exist');
    await expect(inspectPostgres('postgres://127.0.0.1:1/users', 5_000)).rejects.toThrow('ECONNREFUSED');
  });
});

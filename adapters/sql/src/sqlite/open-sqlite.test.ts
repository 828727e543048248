import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DependencyUnavailable } from '@user-management/domain';
import { aUser } from '@user-management/conformance';
import { describe, expect, it } from 'vitest';
import { UnusableDatabase } from '../statements/unusable-database.ts';
import { afterwards } from '../testing/clean-up.ts';
import { StoreProcess } from '../testing/store-process.ts';
import { onSqlite, sqliteFile } from '../testing/stores.ts';
import { openFile } from './sqlite-file.ts';

describe('openSqlite', () => {
  it('makes the folder, and a file that no other user may read', async () => {
    const path = join(await sqliteFile(), '..', 'a', 'b', 'users.db');
    await onSqlite(path);
    for (const name of [path, `${path}-wal`, `${path}-shm`])
      expect((await stat(name)).mode & 0o777).toBe(0o600);
  });

  it('syncs every commit to the disk', async () => {
    const database = await openFile(await sqliteFile());
    afterwards(() => {
      database.close();
    });
    expect(database.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    const FULL = 2;
    expect(database.prepare('pragma synchronous').get()).toEqual({ synchronous: FULL });
  });

  it('moves what is in the log to the file after few commits', async () => {
    const path = await sqliteFile();
    const database = await openFile(path);
    afterwards(() => {
      database.close();
    });
    // Only this test does without it: a sync for each commit would take long.
    database.exec('pragma synchronous = off; create table pages (content)');
    const PAGE = 4_096;
    const insert = database.prepare('insert into pages values (zeroblob(?))');
    for (let n = 0; n < 500; n += 1) insert.run(PAGE);
    expect((await stat(`${path}-wal`)).size).toBeLessThan(150 * PAGE);
  });

  it('says which file it cannot open, and why', async () => {
    const path = await sqliteFile();
    await onSqlite(path);
    const impossible = join(path, 'users.db');
    const error: unknown = await onSqlite(impossible).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error).toHaveProperty('cause.message', expect.stringContaining(`SQLite at ${impossible}: EEXIST`));
  });

  it('says so when the file is not a database', async () => {
    const path = await sqliteFile();
    await writeFile(
      path,
      'a text that is long enough to be a header of SQLite, and then some more'.repeat(100),
    );
    await expect(onSqlite(path)).rejects.toHaveProperty(
      'cause.message',
      `SQLite at ${path}: file is not a database`,
    );
  });

  it.each(['nocase', 'rtrim'])('stops the start when emails are compared with %s', async (collation) => {
    const path = await sqliteFile();
    await (await onSqlite(path)).close();
    const database = new DatabaseSync(path);
    const { sql } = database.prepare(`select sql from sqlite_master where name = 'users'`).get() as {
      sql: string;
    };
    database.exec('drop table users');
    database.exec(sql.replace('"email" text', `"email" text collate ${collation}`));
    database.close();
    const start = onSqlite(path);
    await expect(start).rejects.toThrow(UnusableDatabase);
    await expect(start).rejects.toThrow(`users.email compares with collation ${collation}, for which`);
  });

  it('waits for whoever holds the lock, and meanwhile does other work', async () => {
    const path = await sqliteFile();
    const { users } = await onSqlite(path);
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    let added = false;
    const add = users.add(aUser()).finally(() => (added = true));
    // Three times as long as SQLite itself waits: this timer only ever fires because the thread is not
    // blocked.
    await sleep(30);
    expect(added).toBe(false);
    other.exec('commit');
    other.close();
    await add;
  });
});

describe('several processes on one SQLite file', { timeout: 30_000 }, () => {
  it('migrate it once and lose no update, all starting at the same moment', async () => {
    const path = await sqliteFile();
    const user = aUser();
    const processes = Array.from({ length: 5 }, () => new StoreProcess(path, user, 'count'));
    await Promise.all(processes.map((each) => each.untilSaid(1)));
    for (const each of processes) each.tell('go');
    expect(await Promise.all(processes.map((each) => each.ended))).toEqual([0, 0, 0, 0, 0]);

    const { users } = await onSqlite(path);
    expect(processes.map((each) => each.said[1])).toEqual(
      processes.map(() => JSON.stringify({ dataset: users.dataset })),
    );
    expect(await users.findById(user.id)).toEqual({ ...user, version: 1 + 5 * 25 });
  });
});

import { chmod, copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UnusableDatabase } from '../statements/unusable-database.ts';
import { failureOf } from '../testing/failures.ts';
import { onSqlite, sqliteFile } from '../testing/stores.ts';
import { withoutPrivileges } from '../testing/without-privileges.ts';

/** A database after a clean stop: one file. */
async function stopped(): Promise<string> {
  const path = await sqliteFile();
  await (await onSqlite(path)).close();
  return path;
}

/** A database after a crash: a file, its log `-wal` and the log's index `-shm`. */
async function crashed(): Promise<string> {
  const [running, path] = [await sqliteFile(), await sqliteFile()];
  await onSqlite(running);
  for (const suffix of ['', '-wal', '-shm']) await copyFile(`${running}${suffix}`, `${path}${suffix}`);
  return path;
}

const FILES = ['', '-wal', '-shm'];

/** Lets everybody write the folder and its files, apart from one. */
async function permitAllBut(path: string, forbidden: string): Promise<void> {
  await chmod(dirname(path), forbidden === 'folder' ? 0o555 : 0o777);
  for (const suffix of FILES) {
    const change = chmod(`${path}${suffix}`, suffix === forbidden ? 0o444 : 0o666);
    await change.catch(() => 'there is no such file');
  }
}

describe('a database that the user of the process may not write', () => {
  it.each([
    ['the folder, and there is no file', sqliteFile, 'folder'],
    ['the folder, where SQLite has to make files', stopped, 'folder'],
    ['the file', stopped, ''],
    ['the log', crashed, '-wal'],
    ['the index of the log', crashed, '-shm'],
  ])('stops the start and is named: %s', async (_, prepare, forbidden) => {
    const path = await prepare();
    await permitAllBut(path, forbidden);
    const { error } = await failureOf(withoutPrivileges(() => onSqlite(path)));
    expect(error).toBeInstanceOf(UnusableDatabase);
    expect(error).toHaveProperty('message', expect.stringContaining(`SQLite cannot write ${path}: `));
  });

  it.each(['/proc/users.db', '/sys/users.db'])(
    'stops the start where the system takes no files: %s',
    async (path) => {
      const start = onSqlite(path);
      await expect(start).rejects.toThrow(UnusableDatabase);
      await expect(start).rejects.toThrow(`SQLite cannot write ${path}: `);
    },
  );

  it('is used when nothing is forbidden', async () => {
    const path = await crashed();
    await permitAllBut(path, 'nothing');
    await withoutPrivileges(() => onSqlite(path));
  });
});

import { randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import type { UserStore } from './user-store.ts';

/** A backup works while the service runs. A restore refuses to run then. */
export const sqlite = (path: string): UserStore => ({
  count: () => Promise.resolve(existsSync(path) ? countUsers(path) : 0),

  async backUp(file) {
    if (!existsSync(path)) throw new Error(`There is no file ${path}.`);
    using database = new DatabaseSync(path, { readOnly: true });
    await backup(database, file);
    chmodSync(file, 0o600);
  },

  restore(file) {
    const copy = `${path}.restoring`;
    copyFileSync(file, copy);
    try {
      renameDataset(copy);
      chmodSync(copy, 0o600);
      if (existsSync(path)) foldUp(path);
      renameSync(copy, path);
    } finally {
      rmSync(copy, { force: true });
    }
    return Promise.resolve();
  },
});

function countUsers(path: string): number {
  using database = new DatabaseSync(path);
  if (database.prepare(`select 1 from sqlite_master where name = 'users'`).get() === undefined) return 0;
  return Number(database.prepare('select count(*) as users from users').get()?.['users']);
}

/**
 * Ends the write-ahead log. Otherwise SQLite would apply it to the restored file of the same name. SQLite
 * allows this only for the last connection.
 */
function foldUp(path: string): void {
  using database = new DatabaseSync(path);
  try {
    database.exec('pragma journal_mode = delete');
  } catch (cause) {
    throw new Error(`Stop the service first: it has ${path} open.`, { cause });
  }
}

function renameDataset(path: string): void {
  using database = new DatabaseSync(path);
  const [first] = database.prepare('pragma integrity_check').all();
  if (first?.['integrity_check'] !== 'ok') throw new Error('The backup is damaged.');
  database.prepare(`update users_meta set value = ? where key = 'dataset'`).run(randomUUID());
}

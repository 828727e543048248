import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UnusableDatabase } from '../statements/unusable-database.ts';
import { SqliteError, withoutData } from './sqlite-error.ts';

/**
 * SQLite blocks the whole process while it waits for a lock. This timeout covers one write of another
 * process. A longer wait happens between retries, where it does not block the event loop.
 */
const BUSY_TIMEOUT_MS = 10;

/**
 * A checkpoint blocks the process while it writes every page that changed since the last one. In a large file
 * nearly every write changes other pages, so 1,000 pages, the default, take four times as long as 100. Each
 * commit syncs the disk anyway, so more checkpoints add few syncs.
 */
const CHECKPOINT_PAGES = 100;

/**
 * Opens the file, which is made with its folder when it is not there, so that what is committed outlives a
 * power cut.
 * @throws {UnusableDatabase} where this process may not write.
 */
export async function openFile(path: string): Promise<DatabaseSync> {
  try {
    await mkdir(dirname(path), { recursive: true });
    // Other users of the machine must not read password hashes. SQLite copies the permissions of this file to
    // its two other files.
    await (await open(path, 'a', 0o600)).close();
    return withoutData(() => openDatabase(path));
  } catch (error) {
    throw forbidsWriting(error) ? new UnusableDatabase(adviseAccess(path, error), { cause: error }) : error;
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('pragma journal_mode = wal');
    // With NORMAL in WAL mode, commits survive SIGKILL, but a power failure can lose the latest ones.
    database.exec('pragma synchronous = full');
    database.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    // Without the right to write its two other files, SQLite only reads.
    database.exec('begin immediate; rollback');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** ENOENT: a folder that takes no files, as those of `/proc`. */
const FORBIDDEN: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT']);

/** https://sqlite.org/rescode.html */
const READONLY = 8;
const CANTOPEN = 14;

function forbidsWriting(error: unknown): error is Error {
  if (error instanceof SqliteError) return [READONLY, CANTOPEN].includes(error.errcode & 0xff);
  return error instanceof Error && 'code' in error && FORBIDDEN.has(error.code);
}

const adviseAccess = (path: string, { message }: Error): string =>
  `SQLite cannot write ${path}: ${message}. Give the service’s user the right to write this file, the ` +
  'files beside it and their folder, on a writable disk, or name another file in DATABASE_URL.';

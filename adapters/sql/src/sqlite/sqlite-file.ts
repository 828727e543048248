import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UnusableDatabase } from '../statements/unusable-database.ts';
import { SqliteError, withoutData } from './sqlite-error.ts';

/**
 * SQLite waits for a lock by blocking the whole process. It may do so for as long as another process takes to
 * write; after that the wait goes on between attempts, where it blocks nobody.
 */
const BUSY_TIMEOUT_MS = 10;

/**
 * Opens the file, which is made with its folder when it is not there, so that what is committed outlives a
 * power cut.
 * @throws {UnusableDatabase} where this process may not write.
 */
export async function openFile(path: string): Promise<DatabaseSync> {
  try {
    await mkdir(dirname(path), { recursive: true });
    // Password hashes are for no other user of the machine. SQLite gives its two other files the permissions
    // of this one.
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
    // With NORMAL, a commit in WAL mode survives SIGKILL, but the latest ones are lost when the power fails.
    database.exec('pragma synchronous = full');
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
  `SQLite cannot write ${path}: ${message}. Give the service’s user the right to write this file, the files ` +
  'beside it and their folder, on a disk that is not read-only, or name another file in DATABASE_URL.';

import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { withoutData } from './sqlite-error.ts';

/**
 * SQLite waits for a lock by blocking the whole process. It may do so for as long as another process takes to
 * write; after that the wait goes on between attempts, where it blocks nobody.
 */
const BUSY_TIMEOUT_MS = 10;

/**
 * Opens the file, which is made with its folder when it is not there, so that what is committed outlives a
 * power cut.
 */
export async function openFile(path: string): Promise<DatabaseSync> {
  await mkdir(dirname(path), { recursive: true });
  // Password hashes are for no other user of the machine. SQLite gives its two other files the permissions of
  // this one.
  await (await open(path, 'a', 0o600)).close();
  return withoutData(() => openDatabase(path));
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('pragma journal_mode = wal');
    // With NORMAL, a commit in WAL mode survives SIGKILL, but the latest ones are lost when the power fails.
    database.exec('pragma synchronous = full');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

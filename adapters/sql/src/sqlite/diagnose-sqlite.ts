import type { Verdict } from '../statements/statements.ts';
import { SqliteError } from './sqlite-error.ts';

/** https://sqlite.org/rescode.html */
const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const CONSTRAINT = 19;
const MISMATCH = 20;
const MISUSE = 21;
const RANGE = 25;
const CONSTRAINT_UNIQUE = 2067;

const TRY_AGAIN: ReadonlySet<number> = new Set([BUSY, LOCKED]);
const FAULTS: ReadonlySet<number> = new Set([ERROR, CONSTRAINT, MISMATCH, MISUSE, RANGE]);

export function diagnoseSqlite(error: unknown): Verdict {
  if (!(error instanceof Error)) return 'fault';
  // The operating system refused the file before SQLite opened it.
  if ('syscall' in error) return 'unavailable';
  if (!(error instanceof SqliteError)) return 'fault';
  if (error.errcode === CONSTRAINT_UNIQUE && error.message.includes('users.email')) return 'email-taken';
  const primary = error.errcode & 0xff;
  if (TRY_AGAIN.has(primary)) return 'try-again';
  // All other codes are about the file or its disk: full, damaged, unreadable or missing.
  return FAULTS.has(primary) ? 'fault' : 'unavailable';
}

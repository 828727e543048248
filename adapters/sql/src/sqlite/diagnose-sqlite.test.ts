import { describe, expect, it } from 'vitest';
import { diagnoseSqlite } from './diagnose-sqlite.ts';
import { SqliteError } from './sqlite-error.ts';

describe('an error of SQLite', () => {
  const fromSqlite = (errcode: number, message = ''): Error => new SqliteError({ errcode, message });
  it.each([
    [2067, 'UNIQUE constraint failed: users.email', 'email-taken'],
    [1555, 'UNIQUE constraint failed: users.id', 'fault'],
    [5, 'database is locked', 'try-again'],
    [517, 'database is locked', 'try-again'],
    [13, 'database or disk is full', 'unavailable'],
    [3850, 'disk I/O error', 'unavailable'],
    [11, 'database disk image is malformed', 'unavailable'],
    [1, 'no such column: x', 'fault'],
  ])('%i (%s) is %s', (code, message, verdict) => {
    expect(diagnoseSqlite(fromSqlite(code, message))).toBe(verdict);
  });

  it('may come from the file system or from us', () => {
    expect(diagnoseSqlite(Object.assign(new Error('EACCES'), { syscall: 'open' }))).toBe('unavailable');
    expect(diagnoseSqlite(new TypeError('ours'))).toBe('fault');
    expect(diagnoseSqlite('ours')).toBe('fault');
  });
});

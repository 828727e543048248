import { DatabaseError } from 'pg';
import { expect, it } from 'vitest';
import { PostgresError } from './postgres-error.ts';

const fromServer = (members: Partial<DatabaseError>, message: string): DatabaseError =>
  Object.assign(new DatabaseError(message, 0, 'error'), members);

it.each([
  ['42501', 'permission denied for table users', undefined],
  ['57014', 'canceling statement due to lock timeout', 'while updating tuple (0,1) in relation "users"'],
])('keeps what speaks of the server: %s %s', (code, message, where) => {
  expect(new PostgresError(fromServer({ code, where }, message)).message).toBe(message);
});

it.each([
  ['22P02', 'invalid input syntax for type integer: "secret"', undefined],
  ['23514', 'secret', undefined],
  ['40001', 'restart transaction: WriteTooOldError: write for key /Table/106/2/"secret"/0', undefined],
  ['P0001', 'not secret', 'PL/pgSQL function refuse() line 1 at RAISE'],
  ['42501', 'not secret', 'PL/pgSQL function refuse() line 1 at RAISE'],
])('leaves out what may quote data: %s %s', (code, message, where) => {
  const error = new PostgresError(fromServer({ code, where, detail: 'secret', table: 'users' }, message));
  expect(error).toMatchObject({ code, table: 'users' });
  expect(error.message).toContain(code);
  expect(JSON.stringify(error) + String(error.stack)).not.toContain('secret');
});

import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import {
  ConnectionLost,
  diagnoseMigration,
  diagnosePostgres,
  endsConnection,
  refusesParameters,
} from './diagnose-postgres.ts';
import { PostgresError } from './postgres-error.ts';

function fromPostgres(code: string, message = 'from the server', constraint?: string): PostgresError {
  return new PostgresError(Object.assign(new DatabaseError(message, 0, 'error'), { code, constraint }));
}

describe('an error of PostgreSQL', () => {
  it.each([
    ['23505', 'duplicate key', 'users_email_unique', 'email-taken'],
    ['23505', 'duplicate key', 'users_pkey', 'fault'],
    ['40001', 'could not serialize access due to concurrent update', undefined, 'try-again'],
    ['40001', 'restart transaction: TransactionRetryWithProtoRefreshError: …', undefined, 'try-again'],
    ['40001', 'Query error: Restart read required at: { … }', undefined, 'try-again'],
    ['40P01', 'deadlock detected', undefined, 'try-again'],
    ['40003', 'result is ambiguous', undefined, 'unavailable'],
    ['53300', 'sorry, too many clients already', undefined, 'unavailable'],
    ['57P03', 'the database system is starting up', undefined, 'unavailable'],
    ['25006', 'cannot execute UPDATE in a read-only transaction', undefined, 'unavailable'],
    ['42703', 'column "x" does not exist', undefined, 'fault'],
  ])('%s (%s, %s) is %s', (code, message, constraint, verdict) => {
    expect(diagnosePostgres(fromPostgres(code, message, constraint))).toBe(verdict);
  });

  it('that never came is a lost connection, with the reasons of every address', () => {
    const lost = new ConnectionLost(new AggregateError([new Error('one'), new Error('other')]));
    expect(lost.message).toBe('one; other');
    expect(diagnosePostgres(lost)).toBe('unavailable');
    expect(diagnosePostgres(new TypeError('ours'))).toBe('fault');
  });

  it('ends the connection where what follows on it would fail as well', () => {
    for (const code of ['57P01', '25006', '08006']) expect(endsConnection(fromPostgres(code))).toBe(true);
    for (const code of ['57014', '23505', '40001']) expect(endsConnection(fromPostgres(code))).toBe(false);
    expect(endsConnection(new ConnectionLost('timeout'))).toBe(true);
  });

  it('in a migration may come from another replica that does the same', () => {
    for (const code of ['42P07', '42710', '23505'])
      expect(diagnoseMigration(fromPostgres(code))).toBe('try-again');
    expect(diagnoseMigration(fromPostgres('42601'))).toBe('fault');
  });

  it('tells of a pooler that does not pass on parameters', () => {
    expect(refusesParameters(fromPostgres('08P01', 'unsupported startup parameter: statement_timeout'))).toBe(
      true,
    );
    expect(refusesParameters(fromPostgres('08P01', 'invalid message format'))).toBe(false);
  });
});

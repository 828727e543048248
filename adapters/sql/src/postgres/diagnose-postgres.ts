import { explain } from '@user-management/domain';
import type { Verdict } from '../statements/statements.ts';
import { PostgresError } from './postgres-error.ts';

/** The server is unreachable or did not answer in time, or the connection broke. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super(explain(cause), { cause });
    this.name = 'ConnectionLost';
  }
}

/**
 * The server rolled the transaction back in favour of another one: serialization_failure and
 * deadlock_detected. CockroachDB and YugabyteDB also use the first code for restarts ("restart transaction",
 * "Restart read required").
 */
const TRY_AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);

/**
 * Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html about the state of the server.
 */
const UNAVAILABLE_CLASSES: ReadonlySet<string> = new Set([
  '08', // the connection
  '28', // authorisation: the password was changed
  '3D', // no such database
  '53', // out of connections, memory or disk
  '57', // cancelled by a timeout; shutting down, starting up
  '58', // the system underneath
  'XX', // an internal error, which is how YugabyteDB reports a lost node
]);

/** The server was the primary and is now a replica, so the connection leads to the wrong server. */
const READ_ONLY = '25006';

const UNAVAILABLE: ReadonlySet<string> = new Set([
  READ_ONLY,
  '40003', // CockroachDB cannot tell whether the statement was committed
  '55P03', // another session held a lock for longer than `lock_timeout`
]);

export function diagnosePostgres(error: unknown): Verdict {
  if (error instanceof ConnectionLost) return 'unavailable';
  if (!(error instanceof PostgresError)) return 'fault';
  const { code, constraint } = error;
  if (code === '23505' && constraint === 'users_email_unique') return 'email-taken';
  if (TRY_AGAIN.has(code)) return 'try-again';
  return UNAVAILABLE.has(code) || UNAVAILABLE_CLASSES.has(code.slice(0, 2)) ? 'unavailable' : 'fault';
}

/**
 * Two replicas of the service created the same object concurrently. `if not exists` does not prevent this
 * race.
 */
const DDL_RACES: ReadonlySet<string> = new Set([
  '23505', // unique_violation, in the catalogue
  '42710', // duplicate_object: the type of the table's rows
  '42P07', // duplicate_table
]);

export const diagnoseMigration = (error: unknown): Verdict =>
  error instanceof PostgresError && DDL_RACES.has(error.code) ? 'try-again' : diagnosePostgres(error);

/** PgBouncer closes a new connection that has unknown startup parameters (`ignore_startup_parameters`). */
export const refusesParameters = (error: unknown): boolean =>
  error instanceof PostgresError && error.code === '08P01' && error.message.includes('startup parameter');

/** Whether every later statement on the same connection would fail too. */
export const endsConnection = (error: unknown): boolean =>
  !(error instanceof PostgresError) || error.code === READ_ONLY || /^(?:08|57P)/.test(error.code);

import type { DatabaseError } from 'pg';

/**
 * What PostgreSQL answered, without the data that it was asked to store. Its own errors hold the whole row
 * (`detail`), parameters, and whatever text a trigger makes of them.
 */
export class PostgresError extends Error {
  /** SQLSTATE. */
  readonly code: string;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;

  constructor(error: DatabaseError) {
    super(messageOf(error));
    this.name = 'PostgresError';
    this.code = error.code ?? 'none';
    this.table = error.table;
    this.column = error.column;
    this.constraint = error.constraint;
  }
}

/**
 * Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html whose messages speak of the
 * server, the schema or the session. Others quote values (22, 23), keys (40 in CockroachDB) or anything (P0,
 * XX).
 */
const WITHOUT_DATA: ReadonlySet<string> = new Set([
  '08', // the connection
  '0A', // not supported
  '25', // the state of the transaction
  '28', // authorisation
  '3D', // no such database
  '3F', // no such schema
  '42', // no such table or column; no right
  '53', // out of resources
  '55', // not in the right state; locked
  '57', // an operator, or a timeout
  '58', // the system underneath
]);

function messageOf({ code = '', message, where = '' }: DatabaseError): string {
  // A function, such as a trigger's, can raise any code with any text.
  const isOfServer = WITHOUT_DATA.has(code.slice(0, 2)) && !/function/i.test(where);
  return isOfServer
    ? message
    : `PostgreSQL answered with SQLSTATE ${code}. The text is in its own log, because it may quote data.`;
}

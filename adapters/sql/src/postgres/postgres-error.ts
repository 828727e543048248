import type { DatabaseError } from 'pg';

/**
 * An error of PostgreSQL without the user's data. The driver's error contains the whole row (`detail`), the
 * parameters, and any text from a trigger.
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
 * Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html with messages about the server,
 * the schema or the session. Other classes quote values (22, 23), keys (40 in CockroachDB) or any text (P0,
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
  // A function, such as the one of a trigger, can raise any code with any text.
  const isOfServer = WITHOUT_DATA.has(code.slice(0, 2)) && !/function/i.test(where);
  return isOfServer
    ? message
    : `PostgreSQL answered with SQLSTATE ${code}. The text is in its own log, because it may quote data.`;
}

/** https://sqlite.org/rescode.html#constraint_trigger */
const CONSTRAINT_TRIGGER = 1811;

/**
 * What SQLite answered, without the data that it was asked to store: a trigger's RAISE makes a message of
 * anything. SQLite's own messages name tables and columns.
 */
export class SqliteError extends Error {
  /** An extended result code. */
  readonly errcode: number;

  constructor({ errcode, message }: { readonly errcode: number; readonly message: string }) {
    super(errcode === CONSTRAINT_TRIGGER ? 'A trigger refused the statement.' : message);
    this.name = 'SqliteError';
    this.errcode = errcode;
  }
}

/** Runs `statement` and lets no error of the driver out. */
export function withoutData<T>(statement: () => T): T {
  try {
    return statement();
  } catch (error) {
    throw isFromSqlite(error) ? new SqliteError(error) : error;
  }
}

const isFromSqlite = (error: unknown): error is Error & { readonly errcode: number } =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';

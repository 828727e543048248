/** https://sqlite.org/rescode.html#constraint_trigger */
const CONSTRAINT_TRIGGER = 1811;

/**
 * An error of SQLite without the user's data. SQLite's own messages name tables and columns only, but the
 * RAISE of a trigger can put any value into a message.
 */
export class SqliteError extends Error {
  /** The extended result code. */
  readonly errcode: number;

  constructor({ errcode, message }: { readonly errcode: number; readonly message: string }) {
    super(errcode === CONSTRAINT_TRIGGER ? 'A trigger refused the statement.' : message);
    this.name = 'SqliteError';
    this.errcode = errcode;
  }
}

/** Runs `statement`, and replaces an error of the driver by one without data. */
export function withoutData<T>(statement: () => T): T {
  try {
    return statement();
  } catch (error) {
    throw isFromSqlite(error) ? new SqliteError(error) : error;
  }
}

const isFromSqlite = (error: unknown): error is Error & { readonly errcode: number } =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';

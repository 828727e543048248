import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { withoutData } from './sqlite-error.ts';

/**
 * Kysely's dialect for SQLite, on Node's own SQLite. Kysely expects the interface of better-sqlite3, which is
 * almost the same.
 */
export class NodeSqliteDialect extends SqliteDialect {
  constructor(database: DatabaseSync) {
    super({ database: adapt(database) });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/** Kysely assumes that SQLite cannot change the schema inside a transaction, but it can. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): true {
    return true;
  }
}

const adapt = (database: DatabaseSync): SqliteDatabase => ({
  prepare: (sql) => prepare(database, sql),
  close: () => {
    database.close();
  },
});

function prepare(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = withoutData(() => database.prepare(sql));
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => withoutData(() => statement.all(...(parameters as SQLInputValue[]))),
    run: (parameters) => withoutData(() => statement.run(...(parameters as SQLInputValue[]))),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}

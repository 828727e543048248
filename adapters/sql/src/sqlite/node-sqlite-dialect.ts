import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { withoutData } from './sqlite-error.ts';

/**
 * Kysely's dialect for SQLite over the SQLite that Node brings, which speaks almost as better-sqlite3 does.
 */
export class NodeSqliteDialect extends SqliteDialect {
  constructor(database: DatabaseSync) {
    super({ database: adapt(database) });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/** Kysely is careful here without need: in SQLite, transactions have always covered changes of the schema. */
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

import { resolve } from 'node:path';
import type { Logger } from '@user-management/domain';
import { Kysely } from 'kysely';
import { prepareSchema } from '../schema/prepare-schema.ts';
import type { Tables } from '../schema/tables.ts';
import { naming } from '../statements/naming.ts';
import { Statements } from '../statements/statements.ts';
import { type SqlStore, sqlStore } from '../stores/sql-store.ts';
import { checkCollation } from './check-collation.ts';
import { diagnoseSqlite } from './diagnose-sqlite.ts';
import { NodeSqliteDialect } from './node-sqlite-dialect.ts';
import { openFile } from './sqlite-file.ts';

export interface SqliteOptions {
  /** The file; it and its folder are made when they are not there. */
  readonly path: string;
  readonly logger: Logger;
}

/** How long a statement is tried again while other processes are writing to the same file. */
const PATIENCE_MS = 5_000;

/**
 * Opens a SQLite database, which several processes may do at once, and migrates it. SQLite works in this
 * thread: with the sync of every commit, a write takes 0.2 ms and 1 in 100 over 1.5 ms, for which the event
 * loop stands still. A thread of its own would be due from about 5 ms on.
 * @throws {SchemaTooNew | UnusableDatabase | DependencyUnavailable} the last with a cause that names the file.
 */
export function openSqlite({ path, logger }: SqliteOptions): Promise<SqlStore> {
  const statements = new Statements(diagnoseSqlite, PATIENCE_MS);
  const file = resolve(path);
  return naming(`SQLite at ${file}`, async () => {
    const database = await statements.run(() => openFile(file));
    const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
    try {
      const dataset = await prepareSchema(db, statements, logger);
      await statements.run(() => checkCollation(db));
      return sqlStore(db, dataset, statements);
    } catch (error) {
      await db.destroy();
      throw error;
    }
  });
}

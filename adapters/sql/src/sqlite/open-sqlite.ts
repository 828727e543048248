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
  /** The path of the file. A missing file and its missing folder are created. */
  readonly path: string;
  readonly logger: Logger;
}

/** A statement is retried for this time while other processes write to the same file. */
const PATIENCE_MS = 5_000;

/**
 * Opens a SQLite database and migrates it. Several processes may open the same file. SQLite runs in this
 * thread and blocks the event loop: a write with its sync takes 0.2 ms, and 1 of 100 writes takes over 1.5
 * ms. A separate thread would pay off from about 5 ms.
 * @throws {SchemaTooNew | UnusableDatabase | DependencyUnavailable} the last with a cause that names the
 * file.
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
      return sqlStore(db, dataset, statements, logger);
    } catch (error) {
      await db.destroy();
      throw error;
    }
  });
}

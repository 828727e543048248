import { randomUUID } from 'node:crypto';
import { DependencyUnavailable, type Logger } from '@user-management/domain';
import { Migrator } from 'kysely/migration';
import type { Statements } from '../statements/statements.ts';
import { type Migrations, migrations } from './migrations.ts';
import { schemaState } from './schema-state.ts';
import type { Database } from './tables.ts';

/** The schema is more than one migration ahead, so this version cannot rely on it. */
export class SchemaTooNew extends Error {
  constructor(unknown: readonly string[]) {
    super(
      `The user store was migrated by a newer version of this service (${unknown.join(', ')}). ` +
        'Start that version or a later one, or restore a backup from before the migration.',
    );
    this.name = 'SchemaTooNew';
  }
}

/**
 * Migrates the schema, once even if several replicas start together, and returns the name of the dataset. It
 * only reads a current schema, so the service then needs no right to change it.
 * @throws {SchemaTooNew | DependencyUnavailable}
 */
export async function prepareSchema(
  db: Database,
  statements: Statements,
  logger: Logger,
  known: Migrations = migrations,
): Promise<string> {
  const isCurrent = await statements
    .run(() => hasApplied(db, known))
    .catch((error: unknown) => {
      if (error instanceof SchemaTooNew || error instanceof DependencyUnavailable) throw error;
      // Before the first migration, the table does not exist.
      return false;
    });
  if (!isCurrent) await statements.run(() => bringUpToDate(db, logger, known));
  return statements.run(() => readDataset(db));
}

async function hasApplied(db: Database, known: Migrations): Promise<boolean> {
  const rows = await db.selectFrom('users_migration').select('name').execute();
  const { missing, unknown, tooNew } = schemaState(rows, known);
  if (tooNew) throw new SchemaTooNew(unknown);
  return missing.length === 0;
}

async function bringUpToDate(db: Database, logger: Logger, known: Migrations): Promise<void> {
  await nameDataset(db);
  const applied = await db.transaction().execute(async (transaction) => {
    await lockOutOthers(transaction);
    return migrate(transaction, known);
  });
  if (applied.length > 0) logger.info({ migrations: applied }, 'The schema of the user store was migrated.');
}

async function nameDataset(db: Database): Promise<void> {
  await db.schema
    .createTable('users_meta')
    .ifNotExists()
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  await db
    .insertInto('users_meta')
    .values({ key: 'dataset', value: randomUUID() })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

async function readDataset(db: Database): Promise<string> {
  const query = db.selectFrom('users_meta').select('value').where('key', '=', 'dataset');
  return (await query.executeTakeFirstOrThrow()).value;
}

/**
 * A row lock until the end of the transaction exists in every engine, ends with its holder, and works behind
 * a pooler. Kysely's own lock is an advisory lock of the session on PostgreSQL, and does nothing on SQLite.
 * On SQLite, this update locks the file.
 */
async function lockOutOthers(transaction: Database): Promise<void> {
  await transaction
    .updateTable('users_meta')
    .set((row) => ({ value: row.ref('value') }))
    .where('key', '=', 'dataset')
    .execute();
}

async function migrate(transaction: Database, known: Migrations): Promise<readonly string[]> {
  const migrator = new Migrator({
    db: transaction,
    provider: { getMigrations: () => Promise.resolve(known) },
    migrationTableName: 'users_migration',
    migrationLockTableName: 'users_migration_lock',
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('The migration failed.', { cause: error });
  return results.map(({ migrationName }) => migrationName);
}

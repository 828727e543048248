import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Migrations run in the order of their names. A released migration never changes. Every statement has `if not
 * exists`: CockroachDB may commit each statement alone, so a migration may have run in part, or on two
 * replicas.
 */
export const migrations: Record<string, Migration> = {
  '0001-users': { up: createUsers },
};

async function createUsers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('phone', 'text')
    .addColumn('name', 'text')
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('last_login', 'bigint')
    .addColumn('last_active', 'bigint', (column) => column.notNull())
    .addColumn('preferences', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('users_email_unique', ['email'])
    .execute();
  await db.schema
    .createIndex('users_last_active')
    .ifNotExists()
    .on('users')
    .columns(['last_active', 'id'])
    .execute();
}

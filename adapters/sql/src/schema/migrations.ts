import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Migrations run in the order of their names. A released migration never changes. Every statement has `if not
 * exists`: CockroachDB may commit each statement alone, so a migration may have run in part, or on two
 * replicas.
 */
export const migrations = {
  '0001-users': { up: createUsers },
  '0002-sessions': { up: addSessions },
  '0003-events': { up: addEvents },
  '0004-challenges': { up: addChallenges },
  '0005-audit': { up: addAudit },
  '0006-lists': { up: addLists },
  '0007-webhooks': { up: addWebhooks },
  '0008-sessions-in-place': { up: updateSessionsInPlace },
} satisfies Migrations;

export type Migrations = Readonly<Record<string, Migration>>;

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

async function addSessions(db: Kysely<unknown>): Promise<void> {
  // The version before inserts rows without these columns, so each has a default or is null.
  await addColumn(db, 'email_verified_at', 'bigint');
  await addColumn(db, 'status', 'text', (column) => column.notNull().defaultTo('active'));
  await addColumn(db, 'password_changed_at', 'bigint');
  await addColumn(db, 'session_epoch', 'bigint', (column) => column.notNull().defaultTo(0));
  await addColumn(db, 'session_kept', 'text');
  await addColumn(db, 'sessions_ended', 'text', (column) => column.notNull().defaultTo('[]'));
  await addColumn(db, 'idempotency_key', 'text');
  // A partial index would be smaller, but CockroachDB refuses it for a column of the same transaction.
  await db.schema.createIndex('users_status').ifNotExists().on('users').columns(['status', 'id']).execute();
  await db.schema
    .createTable('sessions')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('epoch', 'bigint', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('user_agent', 'text')
    .addColumn('ip', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('over_at', 'bigint', (column) => column.notNull())
    .addColumn('token_digest', 'text', (column) => column.notNull())
    .addColumn('token_expires_at', 'bigint', (column) => column.notNull())
    .addColumn('previous_token_digest', 'text')
    .addColumn('previous_token_expires_at', 'bigint')
    .addColumn('refresh_family', 'text')
    .addColumn('refresh_current', 'text')
    .addColumn('predecessor_digest', 'text')
    .addColumn('predecessor_salt', 'text')
    .addColumn('predecessor_until', 'bigint')
    .addColumn('version', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('sessions_of_user')
    .ifNotExists()
    .on('sessions')
    .columns(['user_id', 'last_seen_at', 'id'])
    .execute();
  await db.schema
    .createIndex('sessions_over_at')
    .ifNotExists()
    .on('sessions')
    .columns(['over_at', 'id'])
    .execute();
}

async function addEvents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('events')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('time', 'bigint', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('device_id', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('ip', 'text')
    .execute();
  await db.schema
    .createIndex('events_of_user')
    .ifNotExists()
    .on('events')
    .columns(['user_id', 'id'])
    .execute();
  await db.schema.createIndex('events_time').ifNotExists().on('events').columns(['time', 'id']).execute();
}

async function addChallenges(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('challenges')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text')
    .addColumn('email', 'text')
    .addColumn('state', 'text')
    .addColumn('application', 'text')
    .addColumn('failures', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('challenges_place_unique', ['place'])
    .execute();
  await db.schema
    .createIndex('challenges_of_user')
    .ifNotExists()
    .on('challenges')
    .columns(['user_id', 'id'])
    .execute();
  await db.schema
    .createIndex('challenges_expires_at')
    .ifNotExists()
    .on('challenges')
    .columns(['expires_at', 'id'])
    .execute();
  await db.schema
    .createTable('outbox')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('recipient', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text')
    .addColumn('name', 'text')
    .addColumn('device', 'text')
    .addColumn('occurred_at', 'bigint', (column) => column.notNull())
    .addColumn('challenge', 'text')
    .addColumn('expires_at', 'bigint')
    .addColumn('attempts', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('outbox_due_at').ifNotExists().on('outbox').columns(['due_at', 'id']).execute();
}

/** Operators list the events of one type. The primary key lists those of all types. */
async function addAudit(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('events_of_type').ifNotExists().on('events').columns(['type', 'id']).execute();
}

async function addLists(db: Kysely<unknown>): Promise<void> {
  await addColumn(db, 'metadata', 'text', (column) => column.notNull().defaultTo('{}'));
  // SQLite compares by bytes, and finds the beginning of an email in the index that keeps emails unique. The
  // order of another database depends on its language, where `a-b` may come after `ab`.
  if (isSqlite(db)) return;
  const { sql } = await import('kysely');
  await sql`create index if not exists users_email_bytes on users (email collate "C")`.execute(db);
}

async function addWebhooks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('webhooks')
    .ifNotExists()
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('webhooks_pkey', ['endpoint', 'user_id', 'event_id'])
    .execute();
  await db.schema
    .createIndex('webhooks_of_endpoint')
    .ifNotExists()
    .on('webhooks')
    .columns(['endpoint', 'event_id'])
    .execute();
  await db.schema.createIndex('webhooks_event').ifNotExists().on('webhooks').columns(['event_id']).execute();
  await db.schema
    .createTable('webhook_lanes')
    .ifNotExists()
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('webhook_lanes_pkey', ['endpoint', 'user_id'])
    .execute();
  await db.schema
    .createIndex('webhook_lanes_due_at')
    .ifNotExists()
    .on('webhook_lanes')
    .columns(['endpoint', 'due_at', 'user_id'])
    .execute();
}

/**
 * A session is written each minute in which it is seen. Without `last_seen_at` in an index, and with room in
 * its page, PostgreSQL writes that one page only. The version before finds the sessions of a user through the
 * new index too.
 */
async function updateSessionsInPlace(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('sessions_by_user')
    .ifNotExists()
    .on('sessions')
    .columns(['user_id', 'id'])
    .execute();
  await db.schema.dropIndex('sessions_of_user').ifExists().execute();
  if (isSqlite(db)) return;
  const { sql } = await import('kysely');
  await sql`alter table sessions set (fillfactor = 90)`.execute(db);
}

/**
 * Adds a column to the users. SQLite has no `if not exists` for it and needs none: it commits a migration as
 * a whole.
 */
async function addColumn(
  db: Kysely<unknown>,
  name: string,
  type: 'bigint' | 'text',
  define: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder = (column) => column,
): Promise<void> {
  await db.schema
    .alterTable('users')
    .addColumn(name, type, (column) => define(isSqlite(db) ? column : column.ifNotExists()))
    .execute();
}

/**
 * Only SQLite has a single connection. An import of its adapter would load all of Kysely, which takes 20 MB
 * also where only the names of the migrations are needed.
 */
const isSqlite = (db: Kysely<unknown>): boolean =>
  db.getExecutor().adapter.supportsMultipleConnections === false;

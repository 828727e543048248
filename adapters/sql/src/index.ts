export { inspectPostgres, inspectSqlite, type SchemaState } from './inspect-schema.ts';
export { openPostgres, type PostgresOptions } from './open-postgres.ts';
export { openSqlite, type SqliteOptions } from './open-sqlite.ts';
export { SchemaTooNew } from './schema.ts';
export type { SqlStore } from './sql-store.ts';
export { UnreadableUser } from './user-row.ts';

export { inspectPostgres } from './postgres/inspect-postgres.ts';
export { openPostgres, type PostgresOptions } from './postgres/open-postgres.ts';
export { SchemaTooNew } from './schema/prepare-schema.ts';
export type { SchemaState } from './schema/schema-state.ts';
export { inspectSqlite } from './sqlite/inspect-sqlite.ts';
export { openSqlite, type SqliteOptions } from './sqlite/open-sqlite.ts';
export { UnusableDatabase } from './statements/unusable-database.ts';
export type { SqlStore } from './stores/sql-store.ts';
export { toRow, UnreadableUser } from './stores/user-row.ts';

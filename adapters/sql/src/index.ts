export { openPostgres, type PostgresOptions } from './postgres/open-postgres.ts';
export { SchemaTooNew } from './schema/prepare-schema.ts';
export { openSqlite, type SqliteOptions } from './sqlite/open-sqlite.ts';
export { UnusableDatabase } from './statements/unusable-database.ts';
export type { SqlStore } from './stores/sql-store.ts';
export { UnreadableRow } from './stores/row.ts';
export { toRow as toEventRow } from './stores/event-row.ts';
export { toRow as toSessionRow } from './stores/session-row.ts';
export { toRow } from './stores/user-row.ts';

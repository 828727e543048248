// What a process with little memory needs. It does not load Kysely.
export { inspectPostgres } from './postgres/inspect-postgres.ts';
export type { SchemaState } from './schema/schema-state.ts';
export { inspectSqlite } from './sqlite/inspect-sqlite.ts';

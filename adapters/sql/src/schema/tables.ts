import type { ColumnType, Kysely } from 'kysely';

/**
 * A value from the database is unknown until it is parsed, because other clients of the database may have
 * written it.
 */
type Column<Written> = ColumnType<unknown, Written, Written>;

export interface UserTable {
  id: Column<string>;
  email: Column<string>;
  password_hash: Column<string>;
  phone: Column<string | null>;
  name: Column<string | null>;
  device_id: Column<string>;
  /** Milliseconds since 1970, like every instant here. */
  created_at: Column<number>;
  updated_at: Column<number>;
  last_login: Column<number | null>;
  /** `lastActive` of the user, as a column for an index. */
  last_active: Column<number>;
  /** JSON as text. It keeps every byte, unlike PostgreSQL's json types. */
  preferences: Column<string>;
  version: Column<number>;
}

export interface Tables {
  users: UserTable;
  users_meta: { key: string; value: string };
  users_migration: { name: string; timestamp: string };
}

export type Database = Kysely<Tables>;

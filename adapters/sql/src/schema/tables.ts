import type { ColumnType, Kysely } from 'kysely';

/** What is read is unknown until it is parsed: anybody with access to the database may have written it. */
type Column<Written> = ColumnType<unknown, Written, Written>;

export interface UserTable {
  id: Column<string>;
  email: Column<string>;
  password_hash: Column<string>;
  phone: Column<string | null>;
  name: Column<string | null>;
  device_id: Column<string>;
  /** Like every instant here, milliseconds since 1970. */
  created_at: Column<number>;
  updated_at: Column<number>;
  last_login: Column<number | null>;
  /** `lastActive` of the user, kept as a column so that an index can order by it. */
  last_active: Column<number>;
  /** JSON as text: what was stored comes back byte for byte, which PostgreSQL's json types do not promise. */
  preferences: Column<string>;
  version: Column<number>;
}

export interface Tables {
  users: UserTable;
  users_meta: { key: string; value: string };
  users_migration: { name: string; timestamp: string };
}

export type Database = Kysely<Tables>;

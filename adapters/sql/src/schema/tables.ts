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
  /** JSON as text, like the preferences. */
  metadata: Column<string>;
  email_verified_at: Column<number | null>;
  status: Column<string>;
  /** Null, as the version before leaves it, means `created_at`. */
  password_changed_at: Column<number | null>;
  session_epoch: Column<number>;
  session_kept: Column<string | null>;
  /** JSON as text: `[[session id, instant], …]`. It is only read and written as a whole. */
  sessions_ended: Column<string>;
  idempotency_key: Column<string | null>;
  version: Column<number>;
}

export interface SessionTable {
  id: Column<string>;
  user_id: Column<string>;
  epoch: Column<number>;
  device_id: Column<string>;
  user_agent: Column<string | null>;
  ip: Column<string | null>;
  created_at: Column<number>;
  last_seen_at: Column<number>;
  expires_at: Column<number>;
  ended_at: Column<number | null>;
  /** `overAt` of the session, or up to an hour later, as a column for an index. */
  over_at: Column<number>;
  token_digest: Column<string>;
  token_expires_at: Column<number>;
  previous_token_digest: Column<string | null>;
  /** Null with the digest, like the others of the same prefix. */
  previous_token_expires_at: Column<number | null>;
  refresh_family: Column<string | null>;
  refresh_current: Column<string | null>;
  predecessor_digest: Column<string | null>;
  predecessor_salt: Column<string | null>;
  predecessor_until: Column<number | null>;
  version: Column<number>;
}

export interface EventTable {
  id: Column<string>;
  type: Column<string>;
  time: Column<number>;
  user_id: Column<string>;
  session_id: Column<string | null>;
  actor: Column<string>;
  device_id: Column<string | null>;
  user_agent: Column<string | null>;
  ip: Column<string | null>;
}

export interface ChallengeTable {
  id: Column<string>;
  purpose: Column<string>;
  /** Unique, so that a new challenge replaces the one before in one statement. */
  place: Column<string>;
  user_id: Column<string | null>;
  email: Column<string | null>;
  state: Column<string | null>;
  /** JSON as text, like the preferences that it contains. */
  application: Column<string | null>;
  failures: Column<number>;
  created_at: Column<number>;
  expires_at: Column<number>;
  version: Column<number>;
}

export interface MailTable {
  id: Column<string>;
  kind: Column<string>;
  recipient: Column<string>;
  user_id: Column<string | null>;
  name: Column<string | null>;
  /** JSON as text, because a device may be there and have no known member. */
  device: Column<string | null>;
  occurred_at: Column<number>;
  challenge: Column<string | null>;
  expires_at: Column<number | null>;
  attempts: Column<number>;
  due_at: Column<number>;
  version: Column<number>;
}

/** An event that an endpoint has not got. */
export interface WebhookTable {
  endpoint: Column<string>;
  user_id: Column<string>;
  event_id: Column<string>;
}

/** The webhooks of one user for one endpoint. It is there as long as there is one of them. */
export interface WebhookLaneTable {
  endpoint: Column<string>;
  user_id: Column<string>;
  attempts: Column<number>;
  due_at: Column<number>;
  /** Every new webhook and every taking adds 1. */
  version: Column<number>;
}

export interface Tables {
  users: UserTable;
  sessions: SessionTable;
  events: EventTable;
  challenges: ChallengeTable;
  outbox: MailTable;
  webhooks: WebhookTable;
  webhook_lanes: WebhookLaneTable;
  users_meta: { key: string; value: string };
  users_migration: { name: string; timestamp: string };
}

export type Database = Kysely<Tables>;

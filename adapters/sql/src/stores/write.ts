import type { Effects } from '@user-management/domain';
import { type OperationNodeSource, type RawBuilder, sql } from 'kysely';
import type { Database, EventTable, MailTable, UserTable } from '../schema/tables.ts';
import { isSqlite } from '../statements/engine.ts';
import { toRow as toEventRow } from './event-row.ts';
import { toRow as toMailRow } from './mail-row.ts';
import { toLaneRows, toRow as toWebhookRow } from './webhook-row.ts';

/** A statement that writes or removes at most one row, and returns something of it. */
interface Change extends OperationNodeSource {
  execute(): Promise<readonly unknown[]>;
}

interface Rows {
  readonly events: readonly ReturnType<typeof toEventRow>[];
  readonly outbox: readonly ReturnType<typeof toMailRow>[];
  readonly webhooks: readonly ReturnType<typeof toWebhookRow>[];
  readonly webhook_lanes: ReturnType<typeof toLaneRows>;
}

/**
 * Makes a change and writes its effects, or does neither. PostgreSQL does it in one statement, so no lock
 * outlasts a statement. SQLite cannot, and needs a transaction. Its only connection is in this process.
 * @returns whether there was a row to write or to remove.
 */
export async function write(
  db: Database,
  change: (db: Database) => Change,
  { events, mails = [], webhooks = [] }: Effects = { events: [] },
): Promise<boolean> {
  const rows = {
    events: events.map(toEventRow),
    outbox: mails.map(toMailRow),
    webhooks: webhooks.map(toWebhookRow),
    webhook_lanes: toLaneRows(webhooks),
  };
  if (events.length + mails.length + webhooks.length === 0) return (await change(db).execute()).length > 0;
  if (isSqlite(db)) return writeInTransaction(db, change, rows);
  const { rows: written } = await inOneStatement(change(db), rows).execute(db);
  return written.length > 0;
}

const writeInTransaction = (
  db: Database,
  change: (db: Database) => Change,
  { events, outbox, webhooks, webhook_lanes }: Rows,
): Promise<boolean> =>
  db.transaction().execute(async (transaction) => {
    if ((await change(transaction).execute()).length === 0) return false;
    if (events.length > 0) await transaction.insertInto('events').values(events).execute();
    if (outbox.length > 0) await transaction.insertInto('outbox').values(outbox).execute();
    if (webhooks.length === 0) return true;
    await transaction.insertInto('webhooks').values(webhooks).execute();
    await transaction
      .insertInto('webhook_lanes')
      .values(webhook_lanes)
      .onConflict((conflict) =>
        conflict.columns(['endpoint', 'user_id']).doUpdateSet({ version: sql`webhook_lanes.version + 1` }),
      )
      .execute();
    return true;
  });

/** PostgreSQL runs each of these common table expressions once, whether or not another part reads it. */
const inOneStatement = (change: Change, rows: Rows): RawBuilder<unknown> =>
  sql`with written as (${change})${insertion('events', rows)}${insertion('outbox', rows)}
    ${insertion('webhooks', rows)}${insertion('webhook_lanes', rows, UNLESS_THERE)}
    select 1 from written`;

/** For a lane. */
export const UNLESS_THERE = sql`on conflict (endpoint, user_id)
  do update set version = webhook_lanes.version + 1`;

function insertion(table: keyof Rows, all: Rows, conflict = sql``): RawBuilder<unknown> {
  const rows: readonly Row[] = all[table];
  const [first] = rows;
  if (!first) return sql``;
  const columns = Object.keys(first).map((name) => sql.ref(name));
  return sql`, ${sql.ref(`written_${table}`)} as (
    insert into ${sql.table(table)} (${sql.join(columns)})
    ${sql.join(rows.map(selection), sql` union all `)} ${conflict})`;
}

export type Row = Readonly<Record<string, string | number | null>>;

const BIGINTS: ReadonlySet<string> = new Set<keyof EventTable | keyof MailTable | keyof UserTable>([
  'created_at',
  'updated_at',
  'last_login',
  'last_active',
  'email_verified_at',
  'password_changed_at',
  'session_epoch',
  'time',
  'occurred_at',
  'expires_at',
  'attempts',
  'due_at',
  'version',
]);

export const isBigint = (column: string): boolean => BIGINTS.has(column);

/** The types are needed: PostgreSQL takes an untyped parameter of a selection for text. */
const selection = (row: Row): RawBuilder<unknown> =>
  sql`select ${sql.join(
    Object.entries(row).map(([name, value]) =>
      isBigint(name) ? sql`cast(${value} as bigint)` : sql`cast(${value} as text)`,
    ),
  )} from written`;

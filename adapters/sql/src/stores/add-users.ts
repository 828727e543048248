import type { Addition, Effects } from '@user-management/domain';
import { type RawBuilder, sql } from 'kysely';
import type { Database, Tables } from '../schema/tables.ts';
import { isSqlite } from '../statements/engine.ts';
import { toRow as toEventRow } from './event-row.ts';
import { toRow as toMailRow } from './mail-row.ts';
import { toRow as toUserRow } from './user-row.ts';
import { toLaneRows, toRow as toWebhookRow } from './webhook-row.ts';
import { isBigint, type Row, UNLESS_THERE } from './write.ts';

/** What the additions leave behind. `owner` is the id of the user whom a row belongs to. */
interface EffectRows {
  readonly table: keyof Tables;
  readonly rows: readonly (Row & { readonly owner: string })[];
}

/**
 * Adds the users whose emails are free, with their effects. As in `write`, PostgreSQL does it in one
 * statement, and SQLite in a transaction. Each table gets all its rows as one parameter: to bind a parameter
 * for each value takes longer than to insert it.
 * @returns the ids of those it added.
 */
export async function addUsers(db: Database, additions: readonly Addition[]): Promise<ReadonlySet<unknown>> {
  // Two statements that wait for each other's emails in different orders would be a deadlock.
  const sorted = additions.toSorted((a, b) => (a.user.email < b.user.email ? -1 : 1));
  const { rows } = await (isSqlite(db) ? inTransaction(db, sorted) : inOneStatement(sorted).execute(db));
  return new Set(rows.map(({ id }) => id));
}

const inTransaction = (db: Database, additions: readonly Addition[]) =>
  db.transaction().execute(async (transaction) => {
    const added = await insertionOfUsers(additions, fromSqlite).execute(transaction);
    // The ids are new. So the users with these ids are those that were added.
    for (const rows of effectsOf(additions)) {
      await insertionOfEffects(rows, fromSqlite, sql`users`).execute(transaction);
    }
    return added;
  });

/** PostgreSQL runs each of these common table expressions once, whether or not another part reads it. */
function inOneStatement(additions: readonly Addition[]): RawBuilder<{ id: unknown }> {
  const effects = effectsOf(additions).map(
    (rows) =>
      sql`, ${sql.ref(`written_${rows.table}`)} as (${insertionOfEffects(rows, fromPostgres, sql`written`)})`,
  );
  return sql`with written as (${insertionOfUsers(additions, fromPostgres)})${sql.join(effects, sql``)}
    select id from written`;
}

/** `where true` tells SQLite that what follows is no condition of a join. */
function insertionOfUsers(additions: readonly Addition[], from: Source): RawBuilder<{ id: unknown }> {
  const rows = additions.map(({ user }) => toUserRow(user));
  return sql`insert into users (${columnsOf(rows)}) select ${columnsOf(rows)} from ${from(rows)}
    where true on conflict (email) do nothing returning id`;
}

function insertionOfEffects({ table, rows }: EffectRows, from: Source, added: RawBuilder<unknown>) {
  const columns = columnsOf(rows.map(({ owner: _, ...row }) => row));
  return sql`insert into ${sql.table(table)} (${columns}) select ${columns} from ${from(rows)}
    where owner in (select id from ${added}) ${table === 'webhook_lanes' ? UNLESS_THERE : sql``}`;
}

function effectsOf(additions: readonly Addition[]): readonly EffectRows[] {
  const rows = (table: keyof Tables, of: (effects: Effects) => readonly Row[]) => ({
    table,
    rows: additions.flatMap(({ user, effects }) =>
      effects ? of(effects).map((row) => ({ ...row, owner: user.id })) : [],
    ),
  });
  return [
    rows('events', ({ events }) => events.map(toEventRow)),
    rows('outbox', ({ mails = [] }) => mails.map(toMailRow)),
    rows('webhooks', ({ webhooks = [] }) => webhooks.map(toWebhookRow)),
    rows('webhook_lanes', ({ webhooks = [] }) => toLaneRows(webhooks)),
  ].filter((effects) => effects.rows.length > 0);
}

/** Makes a table of one parameter. The rows have the same columns. */
type Source = (rows: readonly Row[]) => RawBuilder<unknown>;

const fromPostgres: Source = (rows) => {
  const types = namesOf(rows).map(
    (name) => sql`${sql.ref(name)} ${isBigint(name) ? sql`bigint` : sql`text`}`,
  );
  return sql`json_to_recordset(cast(${JSON.stringify(rows)} as json)) as added (${sql.join(types)})`;
};

const fromSqlite: Source = (rows) => {
  const members = namesOf(rows).map((name) => sql`value ->> ${sql.lit(name)} as ${sql.ref(name)}`);
  return sql`(select ${sql.join(members)} from json_each(${JSON.stringify(rows)})) as added`;
};

const namesOf = ([row]: readonly Row[]): string[] => Object.keys(row ?? {});

const columnsOf = (rows: readonly Row[]) => sql.join(namesOf(rows).map((name) => sql.ref(name)));

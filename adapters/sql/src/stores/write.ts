import type { Effects, Event } from '@user-management/domain';
import { type OperationNodeSource, sql, SqliteAdapter } from 'kysely';
import type { Database } from '../schema/tables.ts';
import { toRow } from './event-row.ts';

/** A statement that changes or adds at most one row, and returns what it wrote. */
interface Change extends OperationNodeSource {
  execute(): Promise<readonly unknown[]>;
}

/**
 * Makes a change and writes its effects, or does neither. PostgreSQL does it in one statement, so no lock
 * outlasts a statement. SQLite cannot, and needs a transaction. Its only connection is in this process.
 * @returns whether there was a row to write.
 */
export async function write(
  db: Database,
  change: (db: Database) => Change,
  { events: [first, ...more] }: Effects = { events: [] },
): Promise<boolean> {
  if (!first) return (await change(db).execute()).length > 0;
  const events = [first, ...more] as const;
  if (db.getExecutor().adapter instanceof SqliteAdapter) return writeInTransaction(db, change, events);
  const { numAffectedRows } = await inOneStatement(change(db), events).execute(db);
  return numAffectedRows !== undefined && numAffectedRows > 0n;
}

const writeInTransaction = (
  db: Database,
  change: (db: Database) => Change,
  events: readonly Event[],
): Promise<boolean> =>
  db.transaction().execute(async (transaction) => {
    if ((await change(transaction).execute()).length === 0) return false;
    await transaction.insertInto('events').values(events.map(toRow)).execute();
    return true;
  });

function inOneStatement(change: Change, events: readonly [Event, ...Event[]]) {
  const columns = Object.keys(toRow(events[0]));
  return sql`
    with written as (${change})
    insert into events (${sql.join(columns.map((name) => sql.ref(name)))})
    ${sql.join(events.map(selection), sql` union all `)}`;
}

/** The types are needed: PostgreSQL takes an untyped parameter of a selection for text. */
const selection = (event: Event) =>
  sql`select ${sql.join(
    Object.values(toRow(event)).map((value) =>
      typeof value === 'number' ? sql`cast(${value} as bigint)` : sql`cast(${value} as text)`,
    ),
  )} from written`;

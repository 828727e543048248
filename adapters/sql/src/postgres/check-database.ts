import { DependencyUnavailable } from '@user-management/domain';
import { sql } from 'kysely';
import type { Database, Tables } from '../schema/tables.ts';
import { adviseCollation, UnusableDatabase } from '../statements/unusable-database.ts';

interface Traits {
  readonly encoding: string;
  readonly read_only: string;
}

/**
 * Checks at the start that the database can store names in every language and accepts writes.
 * @throws {UnusableDatabase | DependencyUnavailable} the latter on a replica, which may become the primary.
 */
export async function checkDatabase(db: Database): Promise<void> {
  const query = sql<Traits>`
    select current_setting('server_encoding') as encoding,
      current_setting('transaction_read_only') as read_only`;
  const { rows } = await query.execute(db);
  const { encoding = '', read_only = 'off' } = rows[0] ?? {};
  if (!/^utf-?8$/i.test(encoding)) {
    throw new UnusableDatabase(
      `The database has the encoding ${encoding}, which cannot hold every name. Use one that was ` +
        'created with ' +
        `ENCODING 'UTF8' TEMPLATE template0.`,
    );
  }
  if (read_only === 'on') {
    throw new DependencyUnavailable('user store', {
      cause: new Error(
        'transactions are read-only: this is a standby, or default_transaction_read_only is on. Let ' +
          'DATABASE_URL lead to the primary.',
      ),
    });
  }
}

interface Comparison {
  readonly type: string;
  readonly collation: string | null;
  readonly folds: boolean;
}

/** @throws {UnusableDatabase} when the column of the emails takes two of them for one. */
export async function checkComparison(db: Database): Promise<void> {
  const email = sql`coalesce((select email from users limit 0), 'e')`;
  const { rows } = await sql<Comparison>`
    select format_type(atttypid, atttypmod) as type,
      (select collname from pg_collation where oid = attcollation) as collation,
      ${email} = 'E' or ${email} = 'é' as folds
    from pg_attribute where attrelid = 'users'::regclass and attname = 'email'`.execute(db);
  const [{ type, collation, folds } = { type: '', collation: '', folds: false }] = rows;
  if (folds) throw new UnusableDatabase(adviseCollation(`${type}, collation ${collation ?? 'none'}`, 'C'));
}

const TABLES = [
  'users',
  'sessions',
  'events',
  'challenges',
  'outbox',
  'webhooks',
  'webhook_lanes',
] satisfies readonly (keyof Tables)[];
const RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

interface MissingRights {
  readonly table: string;
  readonly rights: string;
}

/** @throws {UnusableDatabase} when the role lacks a right. Otherwise only a later request would fail. */
export async function checkRights(db: Database): Promise<void> {
  const { rows } = await sql<MissingRights>`
    select "table", string_agg("right", ', ') as rights
    from unnest(array[${sql.join(TABLES)}]::text[]) as "table",
      unnest(array[${sql.join(RIGHTS)}]::text[]) as "right"
    where not has_table_privilege("table", "right")
    group by "table" order by "table"`.execute(db);
  if (rows.length === 0) return;
  const missing = rows.map(({ table, rights }) => `GRANT ${rights} ON ${table} TO it`).join(', ');
  throw new UnusableDatabase(
    `The role of DATABASE_URL lacks rights: ${missing}, or start once as the owner of the tables.`,
  );
}

import { sql } from 'kysely';
import type { Database } from '../schema/tables.ts';
import { adviseCollation, UnusableDatabase } from '../statements/unusable-database.ts';

/** @throws {UnusableDatabase} when the unique index of the emails takes two of them for one. */
export async function checkCollation(db: Database): Promise<void> {
  // An index has the collation of its column, which no pragma shows.
  const { rows } = await sql<{ collation: string }>`
    select field.coll as collation
    from pragma_index_list('users') as list, pragma_index_xinfo(list.name) as field
    where list."unique" and field.name = 'email' and upper(field.coll) <> 'BINARY'`.execute(db);
  const [found] = rows;
  if (found !== undefined)
    throw new UnusableDatabase(adviseCollation(`collation ${found.collation}`, 'BINARY'));
}

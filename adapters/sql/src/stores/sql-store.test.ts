import { aUser, nextVersion } from '@user-management/conformance';
import { CompiledQuery, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../schema/tables.ts';
import { Statements } from '../statements/statements.ts';
import { engines } from '../testing/stores.ts';
import { SqlUsers } from './sql-users.ts';
import { toRow, UnreadableUser } from './user-row.ts';

describe.each(engines)('users on $name', { timeout: 20_000 }, ({ name, address, open, raw }) => {
  it('change in turn, so that a hundred updates of one at once are a hundred attempts', async () => {
    const { users } = await open(await address());
    const user = aUser();
    await users.add(user);
    let attempts = 0;
    const update = () =>
      users.update(user.id, (current) => {
        attempts += 1;
        return nextVersion(current);
      });
    await Promise.all(Array.from({ length: 100 }, update));
    expect((await users.findById(user.id))?.version).toBe(101);
    expect(attempts).toBe(100);
  });

  it('are not believed when somebody else has written to the table', async () => {
    const where = await address();
    const { users } = await open(where);
    const db = await raw(where);
    const user = aUser();
    await users.add(user);

    await db.updateTable('users').set({ preferences: '{"theme":' }).execute();
    for (const read of [() => users.findById(user.id), () => users.findByEmail(user.email)]) {
      await expect(read()).rejects.toThrow(UnreadableUser);
    }
    await expect(users.update(user.id, (current) => current)).rejects.toThrow(user.id);

    await db.updateTable('users').set({ id: 'admin' }).execute();
    await expect(users.mostRecentlyActive(1)).rejects.toThrow('The stored user admin cannot be used');
  });

  it('are found through an index, in whatever way', async () => {
    const where = await address();
    await open(where);
    const user = aUser();
    const queries: CompiledQuery[] = [];
    const db = await raw(where, ({ query }) => queries.push(query));
    const many = [user, ...Array.from({ length: 2_000 }, () => aUser())];
    await db.insertInto('users').values(many.map(toRow)).execute();
    await sql`analyze users`.execute(db);
    const users = new SqlUsers(db, 'dataset', new Statements(() => 'fault', 0));

    await users.findById(user.id);
    await users.findByEmail(user.email);
    await users.mostRecentlyActive(10);
    const plans = await Promise.all(queries.slice(2).map((query) => explain(db, name, query)));
    expect(plans).toEqual(PLANS[name]);
  });
});

async function explain(db: Database, engine: keyof typeof PLANS, { sql: text, parameters }: CompiledQuery) {
  const explanation = engine === 'SQLite' ? 'explain query plan' : 'explain (costs off)';
  const { rows } = await db.executeQuery<Record<string, unknown>>(
    CompiledQuery.raw(`${explanation} ${text}`, [...parameters]),
  );
  return rows.map((row) => String(row['detail'] ?? row['QUERY PLAN']).trim());
}

const PLANS = {
  SQLite: [
    ['SEARCH users USING INDEX sqlite_autoindex_users_1 (id=?)'],
    ['SEARCH users USING INDEX sqlite_autoindex_users_2 (email=?)'],
    ['SCAN users USING COVERING INDEX users_last_active'],
  ],
  PostgreSQL: [
    ['Index Scan using users_pkey on users', expect.stringContaining('Index Cond')],
    ['Index Scan using users_email_unique on users', expect.stringContaining('Index Cond')],
    ['Limit', '->  Index Only Scan Backward using users_last_active on users'],
  ],
};

import { aChallenge, aSession, aUser, nextVersion, TestClock } from '@user-management/conformance';
import { DependencyUnavailable } from '@user-management/domain';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { Patience } from '../statements/patience.ts';
import { failureOf } from '../testing/failures.ts';
import { onSqlite, rawSqlite, sqliteFile } from '../testing/stores.ts';
import { Updates } from './updates.ts';

const clock = new TestClock();

it('writes no column that stays the same, so that SQLite leaves the indexes of it alone', async () => {
  const path = await sqliteFile();
  const { users, sessions, challenges } = await onSqlite(path);
  const [user, session, challenge] = [aUser(), aSession(clock.now()), aChallenge(clock.now())];
  await users.add(user);
  await sessions.add(session);
  await challenges.issue(challenge);

  const db = await rawSqlite(path);
  const columns = { users: 'id, email, status', sessions: 'id, user_id', challenges: 'id, place' };
  for (const [table, list] of Object.entries(columns)) {
    await sql`
      create trigger ${sql.ref(`${table}_stay`)} before update of ${sql.raw(list)} on ${sql.table(table)}
      begin select raise(abort, 'an index is written'); end`.execute(db);
  }

  await users.update(user.id, nextVersion);
  await sessions.update(session.id, (current) => ({ ...current, version: 2 }));
  await challenges.update(challenge.id, (current) => ({ ...current, failures: 1, version: 2 }));
  expect(await users.findById(user.id)).toEqual(nextVersion(user));
  await expect(users.update(user.id, (current) => ({ ...current, status: 'disabled' }))).rejects.toThrow();
});

it('gives up in time also where the turn does not come', async () => {
  const updates = new Updates<string, object>({
    patience: () => new Patience(1_000, 1_200),
    // The first one never ends, so the others get no turn.
    find: () => Promise.withResolvers<object>().promise,
    replace: () => Promise.resolve(true),
  });
  const asked = [1, 2, 3].map(() => failureOf(updates.apply('id', (record) => ({ ...record }))));
  for (const { error, milliseconds } of await Promise.all(asked)) {
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(milliseconds).toBeLessThan(1_500);
  }
});

it('writes nothing once it has given up', async () => {
  const found = Promise.withResolvers<object>();
  let writes = 0;
  const updates = new Updates<string, object>({
    patience: () => new Patience(5, 10),
    find: () => found.promise,
    replace: () => Promise.resolve((writes += 1) > 0),
  });
  const change = (record: object) => ({ ...record });
  await expect(updates.apply('id', change)).rejects.toThrow(DependencyUnavailable);
  found.resolve({});
  await expect(updates.apply('another id', change)).resolves.toEqual({});
  expect(writes).toBe(1);
});

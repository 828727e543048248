import { aChallenge, aSession, aUser, nextVersion, TestClock } from '@user-management/conformance';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { onSqlite, rawSqlite, sqliteFile } from '../testing/stores.ts';

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

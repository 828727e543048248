import { aSession, aUser, aUserId, describeSessionRepository, TestClock } from '@user-management/conformance';
import { NO_REVOCATIONS, parseTimestamp, revokeEach, type SessionId } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { postgresClient, untilSomebodyWaits } from '../testing/postgres-client.ts';
import { engines, onPostgres, postgresUrl, shareReplicas } from '../testing/stores.ts';
import { UnreadableRow } from './row.ts';

const clock = new TestClock();

for (const engine of engines) {
  const stores = shareReplicas(engine, ({ sessions }) => sessions);
  const create = async () => {
    const { db, ...replicas } = await stores();
    const damage = (id: SessionId) =>
      db.updateTable('sessions').set({ token_digest: 'damaged' }).where('id', '=', id).execute();
    return { ...replicas, clock, damage };
  };
  describeSessionRepository(`SqlSessions on ${engine.name}`, create, { durable: true });
}

describe.each(engines)('sessions on $name', ({ address, open, raw }) => {
  it('are not believed when somebody else has written to the table', async () => {
    const where = await address();
    const { sessions } = await open(where);
    const session = aSession(clock.now());
    await sessions.add(session);
    const db = await raw(where);
    await db.updateTable('sessions').set({ token_digest: 'not-to-be-seen' }).execute();

    const message = `The stored session ${session.id} cannot be used: the column token_digest is not valid.`;
    for (const read of [
      () => sessions.find(session.id),
      () => sessions.update(session.id, (current) => current),
    ]) {
      const error: unknown = await read().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UnreadableRow);
      expect(error).toHaveProperty('message', message);
    }
  });

  it('are not listed once the user says that they ended, though their own rows do not', async () => {
    const { sessions } = await open(await address());
    const now = clock.now();
    const userId = aUserId();
    const [ended, alive] = [aSession(now, { userId }), aSession(now, { userId })];
    for (const session of [ended, alive]) await sessions.add(session);
    const revocations = revokeEach(NO_REVOCATIONS, [{ id: ended.id, until: ended.token.expiresAt }], now);
    expect(await sessions.alive({ id: userId, revocations }, now, 10)).toEqual([alive]);
  });

  it('stay when their user is removed, until somebody removes them', async () => {
    const { users, sessions } = await open(await address());
    const user = aUser();
    const session = aSession(clock.now(), { userId: user.id });
    await users.add(user);
    await sessions.add(session);
    await users.remove(user);
    expect(await sessions.removeOf(user.id, 10)).toEqual([session]);
  });
});

it('a session that is seen changes no indexed column, so PostgreSQL writes one page', async () => {
  const url = await postgresUrl();
  const { sessions } = await onPostgres(url);
  const client = await postgresClient(url);
  const session = aSession(clock.now(), { expiresAt: parseTimestamp(7_200_001) });
  await sessions.add(session);
  const names = await client.query<{ name: string }>(INDEXED);
  const columns = names.rows.map(({ name }) => name);
  const read = async () => (await client.query<object>(`select ${columns.join()} from sessions`)).rows;
  const before = await read();
  await sessions.update(session.id, (current) => ({
    ...current,
    lastSeenAt: parseTimestamp(current.lastSeenAt + 60_000),
    expiresAt: parseTimestamp(current.expiresAt + 60_000),
    version: current.version + 1,
  }));
  expect(columns).toEqual(['id', 'over_at', 'user_id']);
  expect(await read()).toEqual(before);
});

const INDEXED = `
  select distinct attname as name from pg_index
  join pg_attribute on attrelid = indrelid and attnum = any(indkey)
  where indrelid = 'sessions'::regclass order by name`;

describe('sessions on PostgreSQL that another transaction changes', () => {
  it('are removed up to the last one when another replica removes the same ones first', async () => {
    const url = await postgresUrl();
    const [observer, other] = [await postgresClient(url), await postgresClient(url)];
    const { sessions } = await onPostgres(url);
    const userId = aUserId();
    const made = Array.from({ length: 3 }, () => aSession(clock.now(), { userId }));
    for (const session of made) await sessions.add(session);

    await other.query('begin');
    await other.query('delete from sessions where id = any($1)', [made.slice(0, 2).map(({ id }) => id)]);
    const removing = sessions.removeOf(userId, 2);
    await untilSomebodyWaits(observer);
    await other.query('commit');
    expect(await removing).toEqual(made.slice(2));
  });

  it('are not pruned if it makes them last longer', async () => {
    const url = await postgresUrl();
    const [observer, other] = [await postgresClient(url), await postgresClient(url)];
    const { sessions } = await onPostgres(url);
    const session = aSession(clock.now());
    await sessions.add(session);

    await other.query('begin');
    await other.query('update sessions set expires_at = expires_at + 1000');
    const pruning = sessions.prune(parseTimestamp(session.expiresAt + 1), 10);
    await untilSomebodyWaits(observer);
    await other.query('commit');
    expect(await pruning).toBe(0);
    const expiresAt = parseTimestamp(session.expiresAt + 1000);
    expect(await sessions.find(session.id)).toEqual({ ...session, expiresAt });
  });
});

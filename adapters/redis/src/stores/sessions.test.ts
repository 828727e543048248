import {
  NO_REVOCATIONS,
  parseTimestamp,
  type Session,
  type SessionId,
  type UserId,
  withEnd,
} from '@user-management/domain';
import {
  aDifficultSession,
  aSession,
  aSessionId,
  aUserId,
  RecordingLogger,
} from '@user-management/conformance';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { clock, flush } from '../testing/describe-redis.ts';
import { before, beforeFirst, dies, dyingAfter } from '../testing/intercept.ts';
import { RedisSessions } from './sessions.ts';

async function world() {
  const { redis, recorder } = await connect(redisUrl());
  await flush(redis);
  const raw = await connectRaw(redisUrl());
  const logger = new RecordingLogger();
  return { raw, redis, recorder, logger, sessions: new RedisSessions(redis, logger), now: clock.now() };
}

type World = Awaited<ReturnType<typeof world>>;

const on = (redis: Redis) => new RedisSessions(redis);

const aliveOf = ({ sessions, now }: World, id: UserId, limit = 10) =>
  sessions.alive({ id, revocations: NO_REVOCATIONS }, now, limit);

const later = (session: Session): Session => ({
  ...session,
  lastSeenAt: parseTimestamp(session.lastSeenAt + 60_000),
  expiresAt: parseTimestamp(session.expiresAt + 60_000),
  version: session.version + 1,
});

async function added({ sessions, now }: World, members: Partial<Session> = {}): Promise<Session> {
  const session = aSession(now, members);
  await sessions.add(session);
  return session;
}

const expectNothingLeft = async ({ raw }: World) => {
  expect(await raw.keys('*')).toEqual([]);
};

describe('a login that died anywhere', () => {
  it('leaves no session that is not listed', async () => {
    const here = await world();
    for (let [count, died] = [0, true]; died; count += 1) {
      const session = aSession(here.now);
      died = await dies(() => on(dyingAfter(here.redis, count)).add(session));
      const found = await here.sessions.find(session.id);
      expect(await aliveOf(here, session.userId)).toEqual(found ? [session] : []);
    }
  });

  it('leaves nothing that the removal of the sessions does not remove', async () => {
    const here = await world();
    for (let [count, died] = [0, true]; died; count += 1) {
      const session = aSession(here.now);
      died = await dies(() => on(dyingAfter(here.redis, count)).add(session));
      await here.sessions.removeOf(session.userId, 10);
      // A crash before the record leaves an entry that only `prune` removes.
      await here.sessions.prune(parseTimestamp(session.expiresAt + 1), 10);
      await expectNothingLeft(here);
    }
  });
});

describe('a change that died anywhere', () => {
  it('leaves the session listed', async () => {
    const here = await world();
    for (let [count, died] = [0, true]; died; count += 1) {
      const session = await added(here);
      died = await dies(() => on(dyingAfter(here.redis, count)).update(session.id, later));
      const found = await here.sessions.find(session.id);
      expect([session, later(session)]).toContainEqual(found);
      expect(await aliveOf(here, session.userId)).toEqual([found]);
    }
  });

  it('leaves an ended session that is not listed, and that is pruned', async () => {
    const here = await world();
    for (let [count, died] = [0, true]; died; count += 1) {
      const session = await added(here);
      const end = (current: Session) => withEnd(current, here.now);
      died = await dies(() => on(dyingAfter(here.redis, count)).update(session.id, end));
      const found = await here.sessions.find(session.id);
      expect(await aliveOf(here, session.userId)).toEqual(found?.endedAt === null ? [session] : []);
      await here.sessions.prune(parseTimestamp(session.expiresAt + 1), 10);
      await expectNothingLeft(here);
    }
  });
});

describe('a removal that died anywhere', () => {
  it('is finished by a repeat', async () => {
    const here = await world();
    for (let [count, died] = [0, true]; died; count += 1) {
      const userId = aUserId();
      for (let n = 0; n < 2; n += 1) await added(here, { userId });
      died = await dies(() => on(dyingAfter(here.redis, count)).removeOf(userId, 10));
      expect((await here.sessions.removeOf(userId, 10)).length).toBeLessThanOrEqual(2);
      expect(await here.sessions.removeOf(userId, 10)).toEqual([]);
      await expectNothingLeft(here);
    }
  });

  it('is finished by the next pruning', async () => {
    const here = await world();
    for (let [count, died] = [0, true]; died; count += 1) {
      const session = await added(here);
      const prune = (sessions: RedisSessions) => sessions.prune(parseTimestamp(session.expiresAt + 1), 10);
      died = await dies(() => prune(on(dyingAfter(here.redis, count))));
      await prune(here.sessions);
      await expectNothingLeft(here);
    }
  });
});

describe('an index entry', () => {
  it('without a session is removed by the first reader, from both indexes', async () => {
    const here = await world();
    const session = await added(here);
    await here.raw.del(keys.session(session.id));
    expect(await aliveOf(here, session.userId)).toEqual([]);
    await expectNothingLeft(here);
  });

  it('of a login that died before its record stays until it is pruned', async () => {
    const here = await world();
    const session = aSession(here.now);
    await dies(() => on(dyingAfter(here.redis, 2)).add(session));
    expect(await aliveOf(here, session.userId)).toEqual([]);
    expect(await here.raw.keys('*')).toEqual([keys.sessionsOver]);
    expect(await here.sessions.prune(parseTimestamp(session.expiresAt + 1), 10)).toBe(0);
    await expectNothingLeft(here);
  });

  it('of another user leads to no session and is removed', async () => {
    const here = await world();
    const session = await added(here);
    const userId = aUserId();
    await here.raw.zAdd(keys.sessionsOf(userId), { score: here.now, value: session.id });
    expect(await aliveOf(here, userId)).toEqual([]);
    expect(await here.sessions.removeOf(userId, 10)).toEqual([]);
    expect(await here.raw.exists(keys.sessionsOf(userId))).toBe(0);
    expect(await here.sessions.find(session.id)).toEqual(session);
  });

  it('stays when a reader looks between the index and the record of a new session', async () => {
    const here = await world();
    const session = aSession(here.now);
    await on(before(here.redis, 'SET', () => aliveOf(here, session.userId))).add(session);
    expect(await aliveOf(here, session.userId)).toEqual([session]);
    await here.sessions.removeOf(session.userId, 10);
    await expectNothingLeft(here);
  });

  it('stays when the session is added before a slow reader removes the entry', async () => {
    const here = await world();
    const session = aSession(here.now);
    await here.raw.zAdd(keys.sessionsOf(session.userId), { score: 1, value: session.id });
    const sessions = on(before(here.redis, 'EVALSHA', () => here.sessions.add(session)));
    expect(await aliveOf({ ...here, sessions }, session.userId)).toEqual([]);
    expect(await aliveOf(here, session.userId)).toEqual([session]);
  });

  it('is not made by a change that is too late', async () => {
    const here = await world();
    const session = await added(here);
    const slow = on(beforeFirst(here.redis, 'ZADD', () => here.sessions.removeOf(session.userId, 10)));
    await here.sessions.find(session.id);
    here.recorder.taken('commands');
    await slow.update(session.id, later);
    await here.recorder.answered('zadd');
    await expectNothingLeft(here);
  });

  it('that names no session is left out of a list, and stops no pruning', async () => {
    const here = await world();
    const session = await added(here);
    await here.raw.zAdd(keys.sessionsOf(session.userId), { score: here.now, value: 'x' });
    await here.raw.zAdd(keys.sessionsOver, { score: 1, value: 'x' });
    expect(await aliveOf(here, session.userId)).toEqual([session]);
    expect(here.logger.lines).toHaveLength(1);
    expect(await here.sessions.prune(parseTimestamp(session.expiresAt + 1), 10)).toBe(1);
    expect(await here.raw.keys('*')).toEqual([keys.sessionsOf(session.userId)]);
  });

  it('that is no text stops no pruning and no removal', async () => {
    const here = await world();
    const session = await added(here);
    const value = Buffer.from([0xff, 0xfe]);
    for (const key of [keys.sessionsOver, keys.sessionsOf(session.userId)]) {
      await here.raw.zAdd(key, { score: 1, value });
    }
    expect(await here.sessions.prune(here.now, 10)).toBe(0);
    expect(await here.raw.zCard(keys.sessionsOver)).toBe(1);
    expect(await here.sessions.removeOf(session.userId, 10)).toEqual([session]);
    expect(await here.sessions.removeOf(session.userId, 10)).toEqual([]);
    await expectNothingLeft(here);
  });

  it('that says too early when a session is over is put right, and removes nothing', async () => {
    const here = await world();
    const session = await added(here);
    const value = `${session.userId} ${session.id}`;
    await here.raw.zAdd(keys.sessionsOver, { score: 1, value });
    expect(await here.sessions.prune(here.now, 10)).toBe(0);
    expect(await here.sessions.find(session.id)).toEqual(session);
    expect(await here.raw.zScore(keys.sessionsOver, value)).toBe(session.expiresAt);
  });
});

describe('a removal', () => {
  it('returns the session as a refresh that races with it left it', async () => {
    const here = await world();
    const session = await added(here);
    const slow = on(beforeFirst(here.redis, 'EVALSHA', () => here.sessions.update(session.id, later)));
    expect(await slow.removeOf(session.userId, 10)).toEqual([later(session)]);
    await expectNothingLeft(here);
  });

  it('also takes an entry that names no session', async () => {
    const here = await world();
    const session = await added(here);
    await here.raw.zAdd(keys.sessionsOf(session.userId), { score: 2, value: 'x' });
    expect(await here.sessions.removeOf(session.userId, 10)).toEqual([session]);
    await expectNothingLeft(here);
  });
});

describe('the index of a user', () => {
  it('keeps no user from being deleted when something else has its key', async () => {
    const here = await world();
    const session = await added(here);
    await here.raw.set(keys.sessionsOf(session.userId), 'x');
    await expect(aliveOf(here, session.userId)).rejects.toThrow('WRONGTYPE');
    expect(await here.sessions.removeOf(session.userId, 10)).toEqual([]);
    expect(await here.raw.exists(keys.sessionsOf(session.userId))).toBe(0);
    expect(await here.sessions.prune(parseTimestamp(session.expiresAt + 1), 10)).toBe(1);
    await expectNothingLeft(here);
  });
});

describe('a list', () => {
  it('reads the sessions that were last seen, and not the others', async () => {
    const here = await world();
    const userId = aUserId();
    const sessions = Array.from({ length: 250 }, (_, n) =>
      aSession(here.now, { userId, lastSeenAt: parseTimestamp(here.now + n) }),
    );
    await Promise.all(sessions.map((session) => here.sessions.add(session)));
    here.recorder.taken('commands');
    expect(await aliveOf(here, userId, 5)).toEqual(sessions.slice(-5).toReversed());
    expect(here.recorder.taken('commands').filter((name) => name === 'getrange')).toHaveLength(100);
  });

  it('does not read ended sessions', async () => {
    const here = await world();
    const userId = aUserId();
    const session = await added(here, { userId });
    for (let n = 0; n < 10; n += 1) {
      const { id } = await added(here, { userId });
      await here.sessions.update(id, (current) => withEnd(current, here.now));
    }
    here.recorder.taken('commands');
    expect(await aliveOf(here, userId)).toEqual([session]);
    expect(here.recorder.taken('commands').filter((name) => name === 'getrange')).toHaveLength(1);
  });
});

describe('a record', () => {
  it('is JSON without an expiry, under a key of its own', async () => {
    const here = await world();
    const session = await added(here, { expiresAt: parseTimestamp(here.now + 60_000) });
    const record = keys.session(session.id);
    const all = [record, keys.sessionsOf(session.userId), keys.sessionsOver];
    expect(new Set(await here.raw.keys('*'))).toEqual(new Set(all));
    expect(JSON.parse((await here.raw.get(record)) ?? '')).toEqual({
      session_id: session.id,
      user_id: session.userId,
      session_epoch: 0,
      device_id: 'phone-1',
      user_agent: null,
      ip: null,
      created_at: new Date(here.now).toISOString(),
      last_seen_at: new Date(here.now).toISOString(),
      expires_at: new Date(here.now + 60_000).toISOString(),
      ended_at: null,
      token: { digest: session.token.digest, expires_at: new Date(here.now + 3_600_000).toISOString() },
      previous_token: null,
      refresh: { family: session.refresh?.family, current: session.refresh?.current, predecessor: null },
      version: 1,
    });
    for (const key of all) expect(await here.raw.pTTL(key)).toBe(-1);
  });
});

describe('the key', () => {
  type Poison = (here: World, id: SessionId, userId: UserId) => Promise<unknown>;

  const stored =
    (change: (json: Record<string, unknown>) => unknown): Poison =>
    async (here, id, userId) => {
      await here.sessions.add({ ...aDifficultSession(here.now), id, userId, endedAt: null });
      const json = JSON.parse((await here.raw.get(keys.session(id))) ?? '') as Record<string, unknown>;
      await here.raw.set(keys.session(id), JSON.stringify(change(json)));
    };

  it.each<[string, Poison]>([
    ['no JSON', ({ raw }, id) => raw.set(keys.session(id), '{"user_id":"secret')],
    ['a list', ({ raw }, id) => raw.lPush(keys.session(id), 'secret')],
    ['too much', ({ raw }, id) => raw.set(keys.session(id), '{}'.padEnd(200_000))],
    ['another session', stored((json) => ({ ...json, session_id: aSessionId() }))],
    ['a session without a user', stored((json) => ({ ...json, user_id: 'secret' }))],
    ['a session without an epoch', stored(({ session_epoch: _, ...json }) => json)],
    ['a session without a version', stored((json) => ({ ...json, version: 0 }))],
    ['a session that may never end', stored((json) => ({ ...json, expires_at: null }))],
    ['a session without a token', stored((json) => ({ ...json, token: 'secret' }))],
    ['a session with a short digest', stored((json) => ({ ...json, token: { digest: 'secret' } }))],
    ['a session with half a rotation', stored((json) => ({ ...json, refresh: { family: 'secret' } }))],
    ['a session with a predecessor that never ends', stored((json) => withoutGrace(json))],
  ])('of a session that holds %s is a fault that names the key only', async (_, poison) => {
    const here = await world();
    const [id, userId] = [aSessionId(), aUserId()];
    await poison(here, id, userId);
    await here.raw.zAdd(keys.sessionsOf(userId), { score: here.now, value: id });
    const error = await here.sessions.find(id).catch((thrown: unknown) => thrown);
    expect(await aliveOf(here, userId)).toEqual([]);
    const reported = here.logger.lines.map(({ details }) => (details as { err: Error }).err);
    expect(reported).toEqual([error]);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty('code');
    expect(String(error)).toMatch(/cannot be read|WRONGTYPE/);
    expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('secret');
  });
});

function withoutGrace(json: Record<string, unknown>) {
  const refresh = json['refresh'] as { predecessor: object };
  return { ...json, refresh: { ...refresh, predecessor: { ...refresh.predecessor, until: null } } };
}

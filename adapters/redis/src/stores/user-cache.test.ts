import { DependencyUnavailable } from '@user-management/domain';
import { aUser, nextVersion } from '@user-management/conformance';
import { startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { userCache } from '../testing/describe-redis.ts';
import { Recorder } from '../testing/recorder.ts';
import { parseObject, supplementToJson } from './user-json.ts';
import { RedisUserCache } from './user-cache.ts';

const LONG = { timeout: 15_000, interval: 5 };

async function start(...args: string[]) {
  const server = await startRedis({ from: 'binary', args });
  onTestFinished(() => server.stop());
  return server;
}

async function world(...args: string[]) {
  const server = await start(...args);
  const { redis, recorder } = await connect(server.url);
  return { server, redis, recorder, cache: userCache(redis, recorder) };
}

async function cached(cache: RedisUserCache) {
  const user = aUser();
  await cache.endWrite(user, await cache.beginWrite(user.id));
  expect(await cache.find(user.id)).toEqual(user);
  return user;
}

const untilBack = (redis: Redis) => vi.waitFor(() => redis.each((session) => session.send(['PING'])), LONG);

describe('a cached user', () => {
  it('is not found after a restart of Redis with old content', async () => {
    const here = await world();
    const user = await cached(here.cache);
    const raw = await connectRaw(here.server.url);
    await raw.sendCommand(['SAVE']);
    await here.cache.endWrite(nextVersion(user), await here.cache.beginWrite(user.id));
    await here.server.restart();
    await untilBack(here.redis);

    const stored = parseObject((await (await connectRaw(here.server.url)).get(keys.user(user.id))) ?? '');
    expect(stored).toMatchObject({ user_id: user.id, version: 1 });
    expect(await here.cache.find(user.id)).toBeUndefined();
    await here.cache.fill(nextVersion(user), await here.cache.lease(user.id));
    expect(await here.cache.find(user.id)).toEqual(nextVersion(user));
  });

  it('is not found after a restart of Redis without content', async () => {
    const here = await world();
    const user = await cached(here.cache);
    await here.server.restart();
    await untilBack(here.redis);
    expect(await here.cache.find(user.id)).toBeUndefined();
    expect(await here.cache.findIdByEmail(user.email)).toBeUndefined();
  });

  it('is not found after two failovers that lead back to the same process', async () => {
    const server = await start('--repl-diskless-sync-delay', '0');
    const other = await start('--replicaof', server.host, String(server.port));
    const [primary, replica] = [await connectRaw(server.url), await connectRaw(other.url)];
    await vi.waitFor(async () => expect(await replica.info('replication')).toContain('link_status:up'), LONG);
    const { redis, recorder } = await connect(server.url);
    const cache = userCache(redis, recorder);
    const user = await cached(cache);
    await vi.waitFor(async () => expect(await replica.exists(keys.user(user.id))).toBe(1), LONG);

    await replica.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    // The replica misses this write, as in a real failover.
    await cache.endWrite(nextVersion(user), await cache.beginWrite(user.id));
    await primary.sendCommand(['REPLICAOF', other.host, String(other.port)]);
    await vi.waitUntil(() => redis.state !== 'connected', LONG);
    await vi.waitFor(async () => expect(await primary.get(keys.user(user.id))).toMatch(/"version":1,/), LONG);
    await primary.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    await vi.waitUntil(() => redis.state === 'connected', LONG);
    expect(await primary.get(keys.user(user.id))).toMatch(/"version":1,/);
    expect(await cache.find(user.id)).toBeUndefined();
  });

  it('is not found when it belongs to another store', async () => {
    const here = await world();
    const user = await cached(here.cache);
    const recorder = new Recorder();
    const options = { dataset: 'another', ttl: 60, observer: recorder, logger: recorder };
    const { redis } = await connect(here.server.url);
    const other = new RedisUserCache(redis, options);
    expect(await other.find(user.id)).toBeUndefined();
    expect(recorder.lookups).toEqual(['user miss']);
    expect((await other.lease(user.id)).token).not.toBe((await here.cache.lease(user.id)).token);
  });
});

describe('an entry of a version of the service without sessions', () => {
  it('is a miss, because it does not say which sessions have ended', async () => {
    const here = await world();
    const user = await cached(here.cache);
    const raw = await connectRaw(here.server.url);
    const json = parseObject((await raw.get(keys.user(user.id))) ?? '');
    const without = Object.fromEntries(Object.keys(supplementToJson(user)).map((name) => [name, undefined]));
    await raw.set(keys.user(user.id), JSON.stringify({ ...json, ...without }));
    here.recorder.taken('lookups');
    expect(await here.cache.find(user.id)).toBeUndefined();
    expect(here.recorder.taken('lookups')).toEqual(['user miss']);
    await here.cache.fill(user, await here.cache.lease(user.id));
    expect(await here.cache.find(user.id)).toEqual(user);
  });
});

describe('a removal', () => {
  it('leaves nothing in Redis', async () => {
    const here = await world();
    const user = await cached(here.cache);
    await here.cache.beginRemoval(user);
    await here.cache.endRemoval(user);
    expect(await (await connectRaw(here.server.url)).keys('*')).toEqual([]);
  });
});

describe('a lease from before a restart', () => {
  it.each(['reader', 'writer'])(
    'lets the %s store nothing that is found, also when Redis remembers it',
    async (who) => {
      const here = await world('--appendonly', 'yes', '--appendfsync', 'always');
      const user = aUser();
      const lease = await (who === 'reader' ? here.cache.lease(user.id) : here.cache.beginWrite(user.id));
      await here.server.restart();
      await untilBack(here.redis);
      if (who === 'reader') await here.cache.fill(user, lease);
      else await here.cache.endWrite(user, lease);
      expect(await here.cache.find(user.id)).toBeUndefined();
    },
  );
});

describe('a lookup', () => {
  it('that Redis cannot answer fails and counts as an error', async () => {
    const here = await world();
    const user = await cached(here.cache);
    here.recorder.taken('lookups');
    await here.server.kill();
    await expect(here.cache.find(user.id)).rejects.toThrow(DependencyUnavailable);
    await expect(here.cache.findIdByEmail(user.email)).rejects.toThrow(DependencyUnavailable);
    expect(here.recorder.taken('lookups')).toEqual(['user error', 'email error']);
  });

  it('counts as a hit or a miss', async () => {
    const here = await world();
    const user = await cached(here.cache);
    here.recorder.taken('lookups');
    await here.cache.find(user.id);
    await here.cache.findIdByEmail(user.email);
    await here.cache.find(aUser().id);
    expect(here.recorder.taken('lookups')).toEqual(['user hit', 'email hit', 'user miss']);
  });
});

describe('what is stored', () => {
  it('is the JSON of the contract, with a password hash and never a password', async () => {
    const here = await world();
    const user = await cached(here.cache);
    const raw = await connectRaw(here.server.url);
    expect(JSON.parse((await raw.get(keys.user(user.id))) ?? '')).toEqual({
      user_id: user.id,
      email: user.email,
      password_hash: user.passwordHash,
      phone: user.phone,
      name: user.name,
      device_id: user.deviceId,
      created_at: '2026-01-31T09:30:00.123Z',
      updated_at: '2026-01-31T09:30:00.123Z',
      last_login: null,
      preferences: user.preferences,
      metadata: {},
      email_verified_at: null,
      status: 'active',
      password_changed_at: '2026-01-31T09:30:00.123Z',
      session_epoch: 0,
      session_kept: null,
      sessions_ended: [],
      idempotency_key: null,
      version: 1,
      epoch: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    await vi.waitFor(async () => expect(await raw.get(keys.email(user.email))).toBe(user.id));
    expect(new Set(await raw.keys('*'))).toEqual(new Set([keys.user(user.id), keys.email(user.email)]));
  });

  it('takes one round trip to read, two to fill and two to write, and waits for no hint', async () => {
    const here = await world();
    const user = await cached(here.cache);
    const { recorder, cache } = here;
    recorder.taken('commands');
    await cache.find(user.id);
    expect(recorder.taken('commands')).toEqual(['ping']);
    await cache.endWrite(nextVersion(user), await cache.beginWrite(user.id));
    expect(recorder.taken('commands')).toEqual(['evalsha', 'evalsha']);
    await recorder.answered('set');
    await cache.fill(user, await cache.lease(user.id));
    await cache.fill(user, await cache.lease(user.id));
    // The first use sent both scripts in full.
    expect(recorder.taken('commands').slice(-2)).toEqual(['evalsha', 'evalsha']);
    await recorder.answered('set');
  });
});

import { CachedUsers, DependencyUnavailable } from '@user-management/domain';
import { aUser, nextVersion } from '@user-management/conformance';
import { MemoryUsers } from '@user-management/memory';
import { redisCli, type RedisServer, type SentinelSet, startSentinels } from '@user-management/servers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Address } from '../connection/options.ts';
import { createSmallRedis } from './create-small-redis.ts';
import type { RedisOptions } from './options.ts';
import type { Redis } from './redis.ts';
import { createFor, secret } from '../testing/connect.ts';
import { userCache } from '../testing/describe-redis.ts';
import { addDuring, lookForStaleReads } from '../testing/load.ts';

const LONG = { timeout: 40_000, interval: 5 };

vi.setConfig({ testTimeout: 60_000 });

async function start(options?: { password: string }) {
  const set = await startSentinels(options);
  onTestFinished(() => set.stop());
  return set;
}

const addressOf = ({ host, port }: Address): Address => ({ host, port });

function optionsOn({ sentinels, name }: SentinelSet, options: Partial<RedisOptions> = {}) {
  const nodes = sentinels.map(addressOf);
  return { mode: 'sentinel' as const, nodes, sentinelName: name, ...options };
}

const createOn = (set: SentinelSet, options?: Partial<RedisOptions>) =>
  createFor(at(set.sentinels).url, optionsOn(set, options));

async function connectTo(set: SentinelSet, options?: Partial<RedisOptions>) {
  const connected = createOn(set, options);
  await connected.redis.connect();
  return connected;
}

const send = (redis: Redis, ...command: string[]) => redis.run('', (session) => session.send(command));
const primaryOf = (redis: Redis) => redis.run('', (session) => Promise.resolve(session.address));

const [first, second, third] = [0, 1, 2] as const;
const as = (password: string, { url }: RedisServer): string => url.replace('//', `//:${password}@`);

function at(servers: readonly RedisServer[], n: number = first): RedisServer {
  const server = servers[n];
  if (!server) throw new Error(`there is no server ${n}`);
  return server;
}

describe('a primary that sentinels watch over', () => {
  it('is found even when one sentinel is dead and another one hangs', async () => {
    const set = await start();
    await at(set.sentinels, first).kill();
    await at(set.sentinels, second).pause();
    const { redis } = await connectTo(set);
    expect(await primaryOf(redis)).toEqual(addressOf(at(set.servers)));
    await send(redis, 'SET', 'key', 'value');
    await at(set.sentinels, third).kill();
    await send(redis, 'SET', 'key', 'value');
    expect(redis.state).toBe('connected');
  });

  it('is not found when no sentinel answers or knows the name, and the error has all reasons', async () => {
    const set = await start();
    await expect(connectTo(set, { sentinelName: 'unknown' })).rejects.toMatchObject({
      message: 'no sentinel knows the address of unknown',
      errors: set.sentinels.map(({ host, port }) => ({ message: `sentinel ${host}:${port}` })),
    });
    for (const sentinel of set.sentinels) await sentinel.pause();
    const started = performance.now();
    await expect(connectTo(set, { connectTimeoutMs: 400 })).rejects.toThrow(
      'there was no answer within 400 ms',
    );
    expect(performance.now() - started).toBeLessThan(1_400);
  });

  it('is found with a password that the sentinels share', async () => {
    const set = await start({ password: 'secret' });
    const { redis } = await connectTo(set, { password: secret('secret') });
    await send(redis, 'SET', 'key', 'value');
    await expect(connectTo(set, { password: secret('wrong') })).rejects.toThrow('no sentinel knows');
    const options = optionsOn(set, { password: secret('secret') });
    const small = createFor(at(set.sentinels).url, options, createSmallRedis).redis;
    await small.connect();
    expect(await send(small, 'GET', 'key')).toBe('value');
  });
});

describe('a password that is changed while the service runs', () => {
  it('is used from the next connection on, to the sentinels as well', async () => {
    const set = await start({ password: 'old' });
    let current = 'old';
    const { redis } = await connectTo(set, { password: { reveal: () => current } });
    // The sentinels first, so that none is left to tell where the primary is.
    const all = [...set.sentinels, at(set.servers)];
    for (const server of all) await redisCli(as('old', server), 'ACL', 'SETUSER', 'default', '>new');
    current = 'new';
    for (const server of all) {
      await redisCli(as('old', server), 'ACL', 'SETUSER', 'default', '<old');
      await redisCli(as('new', server), 'CLIENT', 'KILL', 'TYPE', 'normal');
    }
    await vi.waitFor(() => send(redis, 'SET', 'key', 'value'), LONG);
    await expect(connectTo(set, { password: secret('old') })).rejects.toThrow('no sentinel knows');
  });
});

describe('sentinels without a password', () => {
  it('accept the password of the primary', async () => {
    const set = await start();
    for (const { url } of set.servers) await redisCli(url, 'CONFIG', 'SET', 'requirepass', 'secret');
    const { redis } = await connectTo(set, { password: secret('secret') });
    await send(redis, 'SET', 'key', 'value');
  });
});

describe('a failover', () => {
  const untilMoved = (redis: Redis, from: Address) =>
    vi.waitFor(async () => expect(await primaryOf(redis)).not.toEqual(addressOf(from)), LONG);

  it('after a death of the primary is followed under load, and loses only unreplicated writes', async () => {
    const set = await start();
    const { redis, recorder } = await connectTo(set);
    const primary = at(set.servers);
    let died = 0;
    const { added, lost } = await addDuring(redis, async () => {
      await vi.waitUntil(() => recorder.commands.length > 2_000, LONG);
      died = performance.now();
      await primary.kill();
      await untilMoved(redis, primary);
      await send(redis, 'PING');
    });
    // Redis acknowledges before it replicates. On one machine the delay is a few milliseconds.
    expect(lost.filter((each) => each.at < died - 1_000)).toEqual([]);
    expect(lost.length).toBeLessThan(added.length);
  });

  it('is followed even before the old primary is demoted', async () => {
    const set = await start();
    const { redis } = await connectTo(set);
    const [primary, sentinel] = [at(set.servers), at(set.sentinels)];
    await redisCli(sentinel.url, 'SENTINEL', 'FAILOVER', set.name);
    await untilMoved(redis, primary);
    expect(await redisCli(primary.url, 'INFO', 'replication')).toContain('role:master');
    await send(redis, 'SET', 'key', 'value');
  });

  it('causes no stale read in any replica of the service when the primary dies', async () => {
    const set = await start();
    const [here, there] = [await connectTo(set), await connectTo(set)];
    const primary = at(set.servers);
    const { stale, reads, writes } = await lookForStaleReads(here, there, async () => {
      await vi.waitUntil(() => there.recorder.commands.length > 1_000, LONG);
      await primary.kill();
      await untilMoved(here.redis, primary);
      await untilMoved(there.redis, primary);
      const before = there.recorder.commands.length;
      await vi.waitUntil(() => there.recorder.commands.length > before + 1_000, LONG);
    });
    expect(stale).toEqual([]);
    expect(Math.min(reads, writes)).toBeGreaterThan(100);
  });

  it('leaves no stale entry, even when other processes still write to the old primary', async () => {
    const set = await start();
    const [primary, sentinel] = [at(set.servers), at(set.sentinels)];
    const here = await connectTo(set);
    // This client never notices the failover.
    const there = createFor(primary.url);
    await there.redis.connect();
    const store = new MemoryUsers();
    const [users, others] = [here, there].map(
      ({ redis, recorder }) => new CachedUsers(store, userCache(redis, recorder)),
    );
    const user = aUser();
    await store.add(user);

    await redisCli(sentinel.url, 'SENTINEL', 'FAILOVER', set.name);
    await untilMoved(here.redis, primary);
    expect(await users?.findById(user.id)).toEqual(user);
    await others?.update(user.id, nextVersion);
    expect(await users?.findById(user.id)).toEqual(nextVersion(user));

    // The user is cached again after the time in which every process notices.
    here.recorder.taken('lookups');
    await vi.waitFor(async () => {
      expect(await users?.findById(user.id)).toEqual(nextVersion(user));
      expect(here.recorder.lookups).toContain('user hit');
    }, LONG);
  });

  it('from a primary that hangs is followed, and the old primary is not used when it continues', async () => {
    const set = await start();
    const { redis } = await connectTo(set);
    await send(redis, 'SET', 'key', 'old');
    const primary = at(set.servers);
    await primary.pause();
    await expect(send(redis, 'PING')).rejects.toThrow(DependencyUnavailable);
    await untilMoved(redis, primary);
    await send(redis, 'SET', 'key', 'new');
    await primary.resume();
    expect(await redisCli(primary.url, 'GET', 'key')).toBe('old');
    expect(await send(redis, 'GET', 'key')).toBe('new');
    expect(await primaryOf(redis)).not.toEqual(addressOf(primary));
  });
});

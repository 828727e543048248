import { setImmediate as immediate } from 'node:timers/promises';
import { DependencyUnavailable } from '@user-management/domain';
import { redisUrl, startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Redis } from '../topology/redis.ts';
import { connect, connectRaw } from '../testing/connect.ts';

const read = (redis: Redis, key: string) => redis.run(key, (session) => session.read(key, (text) => text));

const send = (redis: Redis, ...command: [string, string, ...string[]]) =>
  redis.run(command[1], (session) => session.send(command));

let made = 0;
const aKey = () => `user:session-test-${process.pid}-${(made += 1)}`;

async function twoSessions(url = redisUrl()) {
  const [here, there] = [await connect(url), await connect(url)];
  return { here: here.redis, there: there.redis, recorder: here.recorder };
}

async function ownServer(...args: string[]) {
  const server = await startRedis({ args });
  onTestFinished(() => server.stop());
  return server;
}

describe('a read', () => {
  it('of a kept value shares one PING with all reads of that turn, and sends no other command', async () => {
    const { here, recorder } = await twoSessions();
    const keys = [aKey(), aKey()];
    for (const key of keys) {
      await send(here, 'SET', key, key);
      expect(await read(here, key)).toBe(key);
    }
    recorder.taken('commands');
    const answers = Array.from({ length: 100 }, (_, n) => read(here, keys[n % 2] ?? ''));
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 100 }, (_, n) => keys[n % 2]));
    expect(recorder.taken('commands')).toEqual(['ping']);
  });

  it('of a cold key loads it at once, and once for all reads of that turn', async () => {
    const { here, there, recorder } = await twoSessions();
    const key = aKey();
    await send(there, 'SET', key, 'value');
    recorder.taken('commands');
    expect(await Promise.all(Array.from({ length: 100 }, () => read(here, key)))).toEqual(
      Array(100).fill('value'),
    );
    expect(recorder.taken('commands').toSorted()).toEqual(['getrange', 'ping', 'pttl']);
  });

  it('that comes after a PING was sent waits for the next PING', async () => {
    const server = await ownServer();
    const { here, recorder } = await twoSessions(server.url);
    const key = aKey();
    await send(here, 'SET', key, 'value');
    await read(here, key);
    recorder.taken('commands');
    await server.pause();
    const early = read(here, key);
    // The PING is sent in the next turn. A reader in the turn after that may know of a later write.
    for (let turns = 0; turns < 2; turns += 1) await immediate();
    const late = read(here, key);
    for (let turns = 0; turns < 2; turns += 1) await immediate();
    await server.resume();
    expect(await Promise.all([early, late])).toEqual(['value', 'value']);
    expect(recorder.taken('commands')).toEqual(['ping', 'ping']);
  });

  it('never returns a value from before an acknowledged write of another connection', async () => {
    const { here, there } = await twoSessions();
    const key = aKey();
    const versions = Array.from({ length: 2_000 }, (_, n) => n);
    const stale: number[] = [];
    const over = new AbortController();
    const busy = (async () => {
      // These reads keep loads in flight at every moment of a write.
      while (!over.signal.aborted) await Promise.all([read(here, key), read(here, key)]);
    })();
    for (const version of versions) {
      await send(there, 'SET', key, String(version));
      const [now, again] = await Promise.all([read(here, key), read(here, key)]);
      if (Number(now) !== version || Number(again) !== version) stale.push(version);
    }
    over.abort();
    await busy;
    expect(stale).toEqual([]);
  });

  it('never returns a value from before an acknowledged write of its own connection', async () => {
    const { here } = await twoSessions();
    const key = aKey();
    for (let version = 0; version < 500; version += 1) {
      await send(here, 'SET', key, String(version));
      const again = read(here, key);
      expect(await read(here, key)).toBe(String(version));
      expect(await again).toBe(String(version));
    }
  });

  it('sees every change: by others, scripts, removal, expiry, renaming, moving and flushing', async () => {
    const server = await ownServer();
    const { here, there } = await twoSessions(server.url);
    const key = aKey();
    const raw = await connectRaw(server.url);
    const changes: [string, () => Promise<unknown>][] = [
      ['a script', () => raw.eval("redis.call('SET', KEYS[1], 'x')", { keys: [key] })],
      ['a transaction', () => raw.multi().append(key, 'x').exec()],
      ['removal', () => raw.unlink(key)],
      ['an expiry in the past', () => raw.expireAt(key, 1)],
      ['renaming it', () => raw.rename(key, 'elsewhere')],
      ['renaming over it', () => raw.multi().set('other', 'x').rename('other', key).exec()],
      ['moving it', () => raw.move(key, 1)],
      ['another type', () => raw.multi().del(key).lPush(key, 'x').exec()],
      ['FLUSHDB', () => raw.flushDb()],
      ['FLUSHALL', () => raw.flushAll()],
      ['its own script', () => send(here, 'EVAL', "redis.call('SET', KEYS[1], 'x')", '1', key)],
      ['its own FLUSHALL', () => send(here, 'FLUSHALL', 'ASYNC')],
    ];
    for (const [name, change] of changes) {
      await raw.flushAll();
      await send(there, 'SET', key, 'before');
      expect(await read(here, key)).toBe('before');
      await change();
      expect(await read(here, key).catch(() => 'another type'), name).not.toBe('before');
    }
  });

  it('does not return an expired value, even when Redis removes the key late', async () => {
    const server = await ownServer('--enable-debug-command', 'yes');
    const { here } = await twoSessions(server.url);
    const raw = await connectRaw(server.url);
    await raw.sendCommand(['DEBUG', 'SET-ACTIVE-EXPIRE', '0']);
    const key = aKey();
    await send(here, 'SET', key, 'value', 'PX', '300');
    expect(await read(here, key)).toBe('value');
    await vi.waitFor(async () => expect(await read(here, key)).toBeUndefined(), 5_000);
  });

  it('does not return an evicted value', async () => {
    const server = await ownServer('--maxmemory', '4mb', '--maxmemory-policy', 'allkeys-random');
    const { here, there } = await twoSessions(server.url);
    const key = aKey();
    await send(there, 'SET', key, 'value');
    expect(await read(here, key)).toBe('value');
    for (let n = 0; (await send(there, 'EXISTS', key)) === 1; n += 1) {
      await send(there, 'SET', `filler:${n}`, 'x'.repeat(100_000));
    }
    expect(await read(here, key)).toBeUndefined();
  });

  it('does not keep the old value when the key changes during the load', async () => {
    const server = await ownServer();
    const { here, there } = await twoSessions(server.url);
    const key = aKey();
    await send(there, 'SET', key, 'old');
    for (let times = 0; times < 20; times += 1) {
      await send(there, 'SET', key, 'old');
      // Both commands wait in the kernel. So the server answers both in one turn, in either order.
      await server.pause();
      const reading = read(here, key);
      const writing = send(there, 'SET', key, 'new');
      await server.resume();
      expect(['old', 'new']).toContain(await reading);
      await writing;
      expect(await read(here, key)).toBe('new');
    }
  });

  it('loads again after the session was told to forget', async () => {
    const { here, recorder } = await twoSessions();
    const key = aKey();
    await send(here, 'SET', key, 'value');
    await read(here, key);
    here.forget();
    recorder.taken('commands');
    expect(await read(here, key)).toBe('value');
    expect(recorder.taken('commands').toSorted()).toEqual(['getrange', 'pttl']);
  });
});

describe('a command', () => {
  it('that Redis refuses fails as unavailable, with the reason', async () => {
    const { here } = await twoSessions();
    const refused = send(here, 'SET', 'user:x', 'value', 'NONSENSE');
    await expect(refused).rejects.toThrow(DependencyUnavailable);
    await expect(refused).rejects.toMatchObject({ cause: { message: 'ERR syntax error' } });
    expect(here.state).toBe('connected');
  });
});

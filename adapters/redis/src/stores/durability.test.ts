import { startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkWritable, findDurabilityProblems } from './durability.ts';
import { connect, connectRaw } from '../testing/connect.ts';

async function start(options: Parameters<typeof startRedis>[0]) {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
}

async function problemsWith(...args: string[]): Promise<string[]> {
  const server = await start({ args });
  return findDurabilityProblems((await connect(server.url)).redis);
}

describe('findDurabilityProblems', () => {
  it('finds no problem with an AOF, nor with snapshots', async () => {
    expect(await problemsWith('--appendonly', 'yes')).toEqual([]);
    expect(await problemsWith('--save', '900 1')).toEqual([]);
  });

  it('accepts a policy that evicts only keys with an expiry', async () => {
    expect(await problemsWith('--appendonly', 'yes', '--maxmemory-policy', 'volatile-lru')).toEqual([]);
  });

  it('names the remedy when Redis may evict users', async () => {
    expect(await problemsWith('--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru')).toEqual([
      expect.stringMatching(/^Redis 127.0.0.1:\d+ may evict users.*allkeys-lru.*Set it to noeviction/),
    ]);
  });

  it('names the remedy when Redis saves nothing', async () => {
    expect(await problemsWith()).toEqual([
      expect.stringMatching(/^Redis .* may lose all users in a restart.*Set appendonly to yes/),
    ]);
  });

  it('finds every problem, not only the first', async () => {
    expect(await problemsWith('--maxmemory-policy', 'allkeys-lfu')).toHaveLength(2);
  });

  it('does not rely on snapshots that the ACL hides from it', async () => {
    const server = await start({
      users: ['default on nopass ~* +@all -config'],
      args: ['--save', '900 1'],
    });
    const problems = await findDurabilityProblems((await connect(server.url)).redis);
    expect(problems).toEqual([expect.stringContaining('Set appendonly to yes')]);
  });
});

describe('checkWritable', () => {
  it('accepts a Redis that takes a key, and the key soon expires', async () => {
    const server = await start({});
    await checkWritable((await connect(server.url)).redis);
    const raw = await connectRaw(server.url);
    for (const key of await raw.keys('*')) expect(await raw.pTTL(key)).toBeGreaterThan(-1);
  });

  it('gives the reason when Redis answers but refuses writes', async () => {
    const server = await start({ args: ['--maxmemory', '1mb'] });
    const { redis } = await connect(server.url);
    const raw = await connectRaw(server.url);
    const fill = async () => {
      for (;;) await raw.append('filler', 'x'.repeat(100_000));
    };
    await expect(fill()).rejects.toThrow('OOM');
    await expect(checkWritable(redis)).rejects.toMatchObject({ cause: { message: /^OOM/ } });
  });
});

import { DependencyUnavailable } from '@user-management/domain';
import { startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RedisState } from '../connection/options.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import type { Redis } from './redis.ts';

vi.setConfig({ testTimeout: 30_000 });

async function world(options: Parameters<typeof startRedis>[0] = {}) {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  const { redis, recorder } = await connect(server.url);
  return { server, redis, recorder, raw: await connectRaw(server.url) };
}

const get = (redis: Redis) => redis.run('key', (session) => session.read('key', (text) => text));
const set = (redis: Redis, value: string) =>
  redis.run('key', (session) => session.send(['SET', 'key', value]));

const until = (redis: Redis, state: RedisState) =>
  vi.waitUntil(() => redis.state === state, { timeout: 15_000, interval: 5 });

/** Each pair of rules makes Redis unusable and usable again. */
const REFUSALS = {
  'forbids all keys': ['resetkeys', 'allkeys'],
  'forbids the keys of sessions': ['resetkeys ~user:* ~lease:*', 'allkeys'],
  'forbids the keys of limits': ['resetkeys ~user:* ~auth:token:* ~lease:*', 'allkeys'],
  'forbids scripts': ['-eval -evalsha', '+@all'],
  'forbids reads': ['-@read', '+@all'],
  'forbids writes': ['-set', '+@all'],
} as const;

describe('a Redis that accepts connections but cannot be used', () => {
  it.each(Object.entries(REFUSALS))('because it %s counts as lost', async (_, [refuse, allow]) => {
    const { redis, raw, recorder } = await world();
    const grant = (rules: string) => raw.sendCommand(['ACL', 'SETUSER', 'default', ...rules.split(' ')]);
    await grant(refuse);
    await until(redis, 'disconnected');
    await expect(set(redis, 'x')).rejects.toMatchObject({ cause: { message: /^NOPERM/ } });
    await grant(allow);
    await until(redis, 'connected');
    await set(redis, 'x');
    expect(recorder.states).toEqual(['connected', 'disconnected', 'connected']);
    expect(recorder.logged.map(({ message }) => message)).toEqual([
      'Redis connected',
      'Redis lost: the test goes on',
      'Redis connected',
    ]);
  });

  it('because it loads its data counts as lost until it has loaded them', async () => {
    const args = ['--enable-debug-command', 'yes', '--key-load-delay', '1000'];
    const { server, redis, raw } = await world({ args });
    await raw.set('key', 'value');
    await raw.sendCommand(['DEBUG', 'POPULATE', '3000']);
    await raw.sendCommand(['SAVE']);
    const restarting = server.restart();
    await vi.waitFor(() => expect(get(redis)).rejects.toMatchObject({ cause: { message: /^LOADING/ } }), {
      timeout: 10_000,
      interval: 5,
    });
    expect(redis.state).toBe('disconnected');
    await restarting;
    await until(redis, 'connected');
    expect(await get(redis)).toBe('value');
  });

  it('because its password has changed counts as lost at the next connection', async () => {
    const { redis, raw } = await world();
    await raw.sendCommand(['ACL', 'SETUSER', 'default', 'resetpass', '>new']);
    await raw.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    await vi.waitFor(() => expect(get(redis)).rejects.toMatchObject({ cause: { message: /^NOAUTH/ } }));
    expect(redis.state).toBe('disconnected');
  });
});

describe('a Redis that answers reads but refuses writes', () => {
  type World = Awaited<ReturnType<typeof world>>;

  /** Each makes Redis refuse writes, and returns a function that ends this. */
  const CAUSES = {
    'its memory is full': async ({ raw }: World) => {
      await raw.configSet('maxmemory', '1mb');
      return () => raw.configSet('maxmemory', '0');
    },
    'it cannot write its disk': async ({ raw }: World) => {
      await raw.configSet({ dir: '/proc', save: '3600 1' });
      await raw.bgSave().catch(() => undefined);
      return () => raw.configSet('stop-writes-on-bgsave-error', 'no');
    },
  };

  it.each(Object.entries(CAUSES))('because %s is still read', async (_, cause) => {
    const here = await world({ args: ['--enable-protected-configs', 'yes'] });
    const { redis, recorder } = here;
    await set(redis, 'value');
    const mend = await cause(here);
    await until(redis, 'read-only');
    await expect(set(redis, 'x')).rejects.toThrow(DependencyUnavailable);
    recorder.taken('commands');
    for (let times = 0; times < 3; times += 1) expect(await get(redis)).toBe('value');
    // The value is in the near cache. Redis may also refuse the PING that confirms it.
    expect(recorder.taken('commands')).toEqual(['pttl', 'getrange', 'ping', 'ping']);
    await mend();
    await until(redis, 'connected');
    await set(redis, 'x');
    expect(recorder.states).toEqual(['connected', 'read-only', 'connected']);
    expect(recorder.logged.map(({ message }) => message)).toEqual([
      'Redis connected',
      'Redis refuses writes and counts as lost for them: the test goes on',
      'Redis connected',
    ]);
  });
});

describe('the vitals', () => {
  it('say how full Redis is and whether it can save', async () => {
    const server = await startRedis({ args: ['--enable-protected-configs', 'yes', '--maxmemory', '100mb'] });
    onTestFinished(() => server.stop());
    const raw = await connectRaw(server.url);
    await raw.configSet('dir', '/proc');
    await raw.bgSave();
    await vi.waitFor(async () => expect(await raw.info('persistence')).toContain('bgsave_status:err'));
    const { recorder } = await connect(server.url);
    const [vitals] = await vi.waitUntil(() => recorder.vitals.length > 0 && recorder.vitals, 10_000);
    expect(vitals).toMatchObject({ aofOk: true, rdbOk: false });
    expect(vitals?.memoryRatio).toBeGreaterThan(0.001);
    expect(vitals?.memoryRatio).toBeLessThan(0.5);
  });
});

describe('a password that changes while the service runs', () => {
  it('is used from the next connection on, and no request fails while both are valid', async () => {
    const server = await startRedis({ users: ['default on >old ~* +@all'] });
    onTestFinished(() => server.stop());
    let current = 'old';
    const { redis } = await connect(server.url, { password: { reveal: () => current } });
    const raw = await connectRaw(server.url.replace('//', '//:old@'));
    const user = (rule: string) => raw.sendCommand(['ACL', 'SETUSER', 'default', rule]);
    await user('>new');
    await set(redis, 'both');
    current = 'new';
    await user('<old');
    // Redis does not end connections that used the old password.
    expect(await get(redis)).toBe('both');
    await raw.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    await vi.waitFor(async () => expect(await get(redis)).toBe('both'));

    current = 'old';
    await raw.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    await vi.waitFor(() => expect(get(redis)).rejects.toMatchObject({ cause: { message: /^WRONGPASS/ } }));
  });
});

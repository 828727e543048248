import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { CachedUsers, DependencyUnavailable, EmailTaken, parseTimestamp } from '@user-management/domain';
import { aDigest, aTokenRecord, aUser, aUserId, nextVersion } from '@user-management/conformance';
import { makeCertificates, startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkWritable, findDurabilityProblems } from '../stores/durability.ts';
import type { RedisState } from '../connection/options.ts';
import type { Redis } from './redis.ts';
import { connect, connectRaw, createFor, secret } from '../testing/connect.ts';
import { tokenStore, userCache } from '../testing/describe-redis.ts';
import { RedisRateLimiter } from '../stores/rate-limiter.ts';
import { RedisUsers } from '../stores/users.ts';

const COMMAND_TIMEOUT_MS = 500;

async function start(options: Parameters<typeof startRedis>[0] = {}) {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
}

const set = (redis: Redis, value: string) =>
  redis.run('key', (session) => session.send(['SET', 'key', value]));
const get = (redis: Redis) => redis.run('key', (session) => session.read('key', (text) => text));

const untilConnected = (redis: Redis, state: RedisState = 'connected') =>
  vi.waitUntil(() => redis.state === state, { timeout: 10_000, interval: 5 });

/** Uses every command of the adapter. */
async function useEverything(redis: Redis): Promise<void> {
  const users = await RedisUsers.open(redis);
  const cached = new CachedUsers(users, userCache(redis));
  const user = aUser();
  await cached.add(user);
  await cached.update(user.id, nextVersion);
  expect(await cached.findByEmail(user.email)).toEqual(nextVersion(user));
  expect(await cached.mostRecentlyActive(1)).toEqual([user.id]);
  await expect(cached.add(aUser({ email: user.email }))).rejects.toThrow(EmailTaken);
  expect(await cached.findById(aUserId())).toBeUndefined();

  const rate = { name: 'rate', limit: 1, seconds: 60 };
  const limiter = new RedisRateLimiter(redis);
  expect(await limiter.use(rate, 'somebody')).toMatchObject({ allowed: true });
  expect(await limiter.use(rate, 'somebody')).toMatchObject({ allowed: false });
  const backoff = { name: 'back-off', free: 1, longest: 60 };
  expect(await limiter.try(backoff, 'somebody')).toMatchObject({ allowed: true });
  expect(await limiter.try(backoff, 'somebody')).toMatchObject({ allowed: false });
  await limiter.forget(backoff, 'somebody');

  const [tokens, token] = [tokenStore(redis), aDigest()];
  const record = aTokenRecord(parseTimestamp(Date.now()));
  await tokens.save(token, record);
  expect(await tokens.find(token)).toEqual(record);
  await tokens.revoke(token);
  expect(await tokens.find(token)).toBeUndefined();
}

describe('connecting', () => {
  it('fails with a wrong password, and gives the reason', async () => {
    const server = await start({ users: ['default on >right ~* +@all'] });
    const { redis } = createFor(server.url, { password: secret('wrong') });
    await expect(redis.connect()).rejects.toThrow('WRONGPASS');
    expect(redis.state).toBe('disconnected');
    await expect(createFor(server.url).redis.connect()).rejects.toThrow('NOAUTH');
  });

  it('works as an ACL user with only the needed rights', async () => {
    const keys = '~user:* ~auth:token:* ~lease:* ~record:* ~limit:*';
    const commands =
      '+@connection +info +time +getrange +pttl +set +del +unlink +eval +evalsha +exists ' +
      '+persist +pexpire +zadd +zcard +zrange';
    const server = await start({ users: ['default off', `app on >secret ${keys} ${commands}`] });
    const { redis } = await connect(server.url, { username: secret('app'), password: secret('secret') });
    await checkWritable(redis);
    expect(await findDurabilityProblems(redis)).toHaveLength(1);
    await useEverything(redis);
    await expect(get(redis)).rejects.toMatchObject({ cause: { message: /^NOPERM/ } });
  });

  it('works over TLS only with a certificate of the given authority', async () => {
    const tls = await makeCertificates();
    const server = await start({ tls });
    const { redis } = await connect(server.url, { tls: { ca: secret(tls.ca) } });
    await set(redis, 'value');
    expect(await get(redis)).toBe('value');
    const { ca } = await makeCertificates();
    await expect(createFor(server.url, { tls: { ca: secret(ca) } }).redis.connect()).rejects.toThrow(
      /certificate/,
    );
    await expect(createFor(server.url).redis.connect()).rejects.toThrow(/certificate/);
  });

  it('over TLS presents its certificate to a server that asks for one', async () => {
    const tls = await makeCertificates();
    const server = await start({ tls, args: ['--tls-auth-clients', 'yes'] });
    const { redis } = await connect(server.url, {
      tls: { ca: secret(tls.ca), cert: secret(tls.cert), key: secret(tls.key) },
    });
    await set(redis, 'value');
    expect(await get(redis)).toBe('value');
    await expect(createFor(server.url, { tls: { ca: secret(tls.ca) } }).redis.connect()).rejects.toThrow();
  });

  it('over TLS also checks the name of the server', async () => {
    const tls = await makeCertificates(['another.example']);
    const server = await start({ tls });
    const nodes = [{ host: 'localhost', port: server.port }];
    await expect(
      createFor(server.url, { nodes, tls: { ca: secret(tls.ca) } }).redis.connect(),
    ).rejects.toThrow(/Hostname\/IP does not match/);
  });

  it('without TLS to a server with TLS fails within the connect timeout', async () => {
    const server = await start({ tls: await makeCertificates() });
    const { redis } = createFor(server.url, { tls: undefined });
    await expect(redis.connect()).rejects.toThrow();
  });

  it('to a server that hangs fails within the connect timeout, and succeeds when it continues', async () => {
    const server = await start();
    await server.pause();
    const { redis } = createFor(server.url, { connectTimeoutMs: 300 });
    const started = performance.now();
    await expect(redis.connect()).rejects.toThrow('there was no answer within 300 ms');
    expect(performance.now() - started).toBeLessThan(1_300);
    await server.resume();
    await untilConnected(redis);
  });

  it('without a server fails at once with the cause, and succeeds when the server starts', async () => {
    const server = await start();
    await server.kill();
    const { redis, recorder } = createFor(server.url);
    await expect(redis.connect()).rejects.toThrow('ECONNREFUSED');
    await expect(set(redis, 'value')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await server.restart();
    await untilConnected(redis);
    expect(recorder.states).toEqual(['connected']);
    await set(redis, 'value');
  });

  it('to a replica is read-only until it is promoted', async () => {
    const primary = await start({ from: 'binary' });
    const replica = await start({
      from: 'binary',
      args: ['--replicaof', primary.host, String(primary.port)],
    });
    await (await connectRaw(primary.url)).set('key', 'value');
    const { redis } = createFor(replica.url);
    // The replica may not be linked to its primary yet.
    await redis.connect().catch(() => undefined);
    await untilConnected(redis, 'read-only');
    await expect(checkWritable(redis)).rejects.toMatchObject({ cause: { message: /^READONLY/ } });
    expect(await get(redis)).toBe('value');
    expect(redis.state).toBe('read-only');
    await (await connectRaw(replica.url)).sendCommand(['REPLICAOF', 'NO', 'ONE']);
    await untilConnected(redis);
    await set(redis, 'value');
  });
});

describe('a server that hangs', () => {
  it('fails every command in time and counts as lost, until it continues', async () => {
    const server = await start();
    const { redis, recorder } = await connect(server.url);
    await set(redis, 'before');
    expect(await get(redis)).toBe('before');
    await server.pause();
    const started = performance.now();
    const commands = Array.from({ length: 200 }, (_, n) => (n % 2 ? set(redis, 'late') : get(redis)));
    const outcomes = await Promise.allSettled(commands);
    expect(performance.now() - started).toBeLessThan(COMMAND_TIMEOUT_MS + 1_000);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    for (const outcome of outcomes) {
      expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(DependencyUnavailable);
    }
    expect(redis.state).toBe('disconnected');
    expect(recorder.states).toEqual(['connected', 'disconnected']);
    expect(recorder.logged.at(-1)?.message).toBe('Redis lost: the test goes on');

    const asked = recorder.commands.length;
    await Promise.allSettled(Array.from({ length: 1_000 }, () => set(redis, 'later')));
    // None of these was sent or queued: without a connection, commands fail at once.
    expect(recorder.taken('commands').slice(asked)).not.toContain('set');

    await server.resume();
    await untilConnected(redis);
    await set(redis, 'after');
    expect(await get(redis)).toBe('after');
  });

  it('says nothing about kept values', async () => {
    const server = await start();
    const { redis } = await connect(server.url);
    await set(redis, 'kept');
    await get(redis);
    const look = () => redis.readNear('key', (value) => value);
    expect(await look()).toBe('kept');
    await server.pause();
    expect(await look()).toBeUndefined();
    await server.resume();
    await untilConnected(redis);
    expect(await look()).toBeUndefined();
  });

  it('is noticed even without requests', async () => {
    const server = await start();
    const { redis } = await connect(server.url);
    await server.pause();
    await untilConnected(redis, 'disconnected');
    await server.resume();
    await untilConnected(redis);
  });
});

describe('a server that dies', () => {
  it('fails commands at once, and is used again after its restart', async () => {
    const server = await start();
    const { redis, recorder } = await connect(server.url);
    await set(redis, 'before');
    expect(await get(redis)).toBe('before');
    await server.kill();
    await untilConnected(redis, 'disconnected');
    await expect(get(redis)).rejects.toThrow(DependencyUnavailable);
    await server.restart();
    await untilConnected(redis);
    expect(await get(redis)).toBeUndefined();
    expect(recorder.states).toEqual(['connected', 'disconnected', 'connected']);
  });

  it('leaves no in-flight command without an outcome', async () => {
    const server = await start();
    const { redis } = await connect(server.url);
    const commands = Promise.allSettled(Array.from({ length: 500 }, () => set(redis, 'x')));
    await server.kill();
    for (const outcome of await commands) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DependencyUnavailable);
    }
  });
});

describe('a connection that is cut', () => {
  async function cut() {
    const server = await start();
    const connected = await connect(server.url);
    const raw = await connectRaw(server.url);
    return { ...connected, cutAll: () => raw.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']) };
  }

  it('fails no read, under load either', async () => {
    const CUTS = 5;
    const { redis, recorder, cutAll } = await cut();
    await set(redis, 'value');
    let cuts = 0;
    /** For each reader, the number of cuts before the last read that succeeded. */
    const readAfter = new Array<number>(20).fill(0);
    const readers = readAfter.map(async (_, reader) => {
      for (let before = 0; before < CUTS; readAfter[reader] = before) {
        before = cuts;
        expect(await get(redis)).toBe('value');
      }
    });
    const cutAgainAndAgain = async () => {
      while (cuts < CUTS) {
        await cutAll();
        // Each cut is two changes of the state.
        await vi.waitUntil(() => recorder.states.length === 3 + 2 * cuts, { timeout: 10_000, interval: 5 });
        cuts += 1;
        // A read survives one cut. So the next one waits until no read is left that the last one hit.
        await vi.waitUntil(() => Math.min(...readAfter) === cuts, { timeout: 10_000, interval: 5 });
      }
    };
    await Promise.all([...readers, cutAgainAndAgain()]);
    expect(recorder.states.at(-1)).toBe('connected');
  });

  it('runs no task again that may have written', async () => {
    const { redis, cutAll } = await cut();
    let runs = 0;
    const task = redis.run('key', async (session) => {
      runs += 1;
      await session.send(['SET', 'key', 'value']);
      await cutAll();
      return session.send(['PING']);
    });
    await expect(task).rejects.toThrow(DependencyUnavailable);
    expect(runs).toBe(1);
  });
});

describe('a server that is no longer the primary', () => {
  async function demoted(...args: string[]) {
    const [server, other] = [await start({ from: 'binary', args }), await start({ from: 'binary' })];
    const { redis } = await connect(server.url);
    const raw = await connectRaw(server.url);
    const demote = () => raw.sendCommand(['REPLICAOF', other.host, String(other.port)]);
    const promote = () => raw.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    return { redis, raw, demote, promote };
  }

  it('is left after the first refused write', async () => {
    const { redis, demote, promote } = await demoted();
    await demote();
    await expect(set(redis, 'x')).rejects.toMatchObject({ cause: { message: /^READONLY/ } });
    expect(redis.state).toBe('disconnected');
    await promote();
    await untilConnected(redis);
    await set(redis, 'x');
  });

  it('is left even without writes', async () => {
    const { redis, demote, promote } = await demoted();
    await demote();
    await vi.waitUntil(() => redis.state !== 'connected', { timeout: 10_000, interval: 5 });
    await promote();
    await untilConnected(redis);
  });

  it('begins a new term when it is promoted again', async () => {
    const { redis, demote, promote } = await demoted();
    const term = () => redis.run('', (session) => Promise.resolve(session.term));
    const before = await term();
    await demote();
    await vi.waitUntil(() => redis.state !== 'connected', { timeout: 10_000, interval: 5 });
    await promote();
    await untilConnected(redis);
    expect(await term()).not.toBe(before);
  });

  it('is left when it lacks its replicas, because one of them may have taken over', async () => {
    const { redis, raw } = await demoted();
    await raw.configSet('min-replicas-to-write', '1');
    await untilConnected(redis, 'disconnected');
    await expect(get(redis)).rejects.toMatchObject({ cause: { message: /^NOREPLICAS/ } });
    await raw.configSet('min-replicas-to-write', '0');
    await untilConnected(redis);
    await set(redis, 'x');
  });
});

describe('closing', () => {
  const PROGRAM = `
    const { createRedis } = await import(process.argv[1]);
    const log = { info() {}, warn() {}, error() {} };
    const quiet = { lookup() {}, command() {}, redisState() {}, redisVitals() {}, ...log };
    const options = { observer: quiet, logger: quiet, consequence: '' };
    const redis = createRedis({ ...JSON.parse(process.argv[2]), ...options });
    const set = (session) => session.send(['SET', 'key', 'x']);
    const connecting = redis.connect().then(() => redis.run('key', set));
    const isOpening = () => process.getActiveResourcesInfo().includes('ConnectWrap');
    const hasSocket = () => process.getActiveResourcesInfo().includes('TCPSocketWrap');
    const turnsUntil = async (isSo) => { while (!isSo()) await new Promise(setImmediate); };
    if (process.argv[3] === 'connected') await connecting;
    if (process.argv[3] === 'accepted') await turnsUntil(() => hasSocket() && !isOpening());
    if (process.argv[3] === 'ignored') await turnsUntil(isOpening);
    connecting.catch(() => undefined);
    await redis.close();`;

  /** Fills the backlog, so that the kernel accepts no more connections for the server. */
  function fillBacklog({ host, port }: { host: string; port: number }): void {
    for (let n = 0; n < 5; n += 1) {
      const socket = createConnection(port, host).on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
    }
  }

  async function exitOf(options: object, state: 'connected' | 'accepted' | 'ignored') {
    const argv = ['-e', PROGRAM, import.meta.resolve('../index.ts'), JSON.stringify(options), state];
    const child = spawn(process.execPath, ['--input-type=module', ...argv], { stdio: 'inherit' });
    onTestFinished(() => void child.kill());
    const started = performance.now();
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, seconds: (performance.now() - started) / 1000 };
  }

  const options = (port: number) => ({
    mode: 'standalone',
    nodes: [{ host: '127.0.0.1', port }],
    database: 0,
    connectTimeoutMs: 30_000,
    commandTimeoutMs: 30_000,
  });

  it('leaves nothing that would keep the process alive', async () => {
    const server = await start();
    expect((await exitOf(options(server.port), 'connected')).code).toBe(0);
  });

  it.each(['accepted', 'ignored'] as const)(
    'does not wait for a connection that is %s without an answer',
    async (how) => {
      const server = await start({ from: 'binary', args: ['--tcp-backlog', '1'] });
      await server.pause();
      if (how === 'ignored') fillBacklog(server);
      const { code, seconds } = await exitOf(options(server.port), how);
      expect(code).toBe(0);
      expect(seconds).toBeLessThan(15);
    },
  );

  it('fails in-flight commands and all later ones', async () => {
    const server = await start();
    const { redis } = await connect(server.url);
    await server.pause();
    const underWay = set(redis, 'x');
    await redis.close();
    await expect(underWay).rejects.toThrow(DependencyUnavailable);
    await expect(set(redis, 'x')).rejects.toThrow(DependencyUnavailable);
    expect(redis.state).toBe('disconnected');
  });
});

import { redisCli, type RedisServer, type Service, startRedis, startService } from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { call, logIn, me, newEmail, newUser, PASSWORD, refresh, register } from './testing/client.ts';

const LIMIT = 50;
/** An operation that no other test here uses. */
const UNDO = '/v1/auth/email/undo';
const OFF = 'The limits per client address are off';
/** Well-formed, and no session has it. */
const UNKNOWN = `rtk_${'A'.repeat(43)}`;

let redis: RedisServer;
let replicas: readonly [Service, Service, Service];

const start = (env: Record<string, string> = {}): Promise<Service> =>
  startService({
    APP_ENV: 'production',
    DATABASE_URL: 'redis:',
    REDIS_HOST: redis.host,
    REDIS_PORT: String(redis.port),
    // None of the limit comes back while the test runs.
    RATE_LIMIT_ADDRESS: `${LIMIT}/86400`,
    ...env,
  });

async function startOnce(env: Record<string, string>): Promise<Service> {
  const service = await start(env);
  onTestFinished(() => service.stop());
  return service;
}

beforeAll(async () => {
  redis = await startRedis({ args: ['--appendonly', 'yes'] });
  replicas = await Promise.all([start(), start(), start()]);
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await redis.stop();
});

/** Asks all replicas at once, each of them `times` times. */
const askAll = <T>(times: number, ask: (replica: Service) => Promise<T>): Promise<T[]> =>
  Promise.all(replicas.flatMap((replica) => Array.from({ length: times }, () => ask(replica))));

const statusesOf = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort();

/** The value of a metric on each replica. */
async function metric(name: string): Promise<number[]> {
  const pages = await askAll(1, async ({ url }) => (await fetch(`${url}/metrics`)).text());
  const start = `user_management_${name} `;
  return pages.map((page) => {
    const line = page.split('\n').find((text) => text.startsWith(start));
    return Number(line?.slice(start.length));
  });
}

const total = async (name: string) => (await metric(name)).reduce((sum, value) => sum + value);

const passwordsTried = () => total('password_hash_duration_seconds_count');

describe('the limit of an account', () => {
  it('holds over three replicas to the last login, and keeps no known device out', async () => {
    const { body } = await register(replicas[0]);
    const email = String(body['email']);
    const { device_token } = body['device'] as { device_token: string };
    const before = await passwordsTried();

    const began = performance.now();
    const guesses = await askAll(10, (replica) => logIn(replica, email, 'not the password'));
    const seconds = (performance.now() - began) / 1000;
    const allowed = guesses.filter(({ status }) => status === 401).length;
    expect(statusesOf(guesses).slice(allowed)).toEqual(Array<number>(30 - allowed).fill(429));
    expect(allowed).toBeGreaterThanOrEqual(5);
    // A machine that takes seconds for this gives one more try after the first, and after two more …
    expect(allowed).toBeLessThanOrEqual(5 + Math.floor(Math.log2(1 + seconds)));
    expect(await passwordsTried()).toBe(before + allowed);
    const victims = await askAll(1, ({ url }) =>
      call('POST', `${url}/v1/auth/login`, {
        json: { email, password: PASSWORD, device_id: 'test', device_token },
      }),
    );
    expect(statusesOf(victims)).toEqual([200, 200, 200]);

    expect(await total('rate_limited_total{limit="account"}')).toBe(30 - allowed);
    expect(Math.max(...(await metric('accounts_under_attack')))).toBe(1);
    expect(Math.max(...(await metric('client_addresses')))).toBe(1);
    expect(await total('logged_in_devices_total{device="known"}')).toBe(3);
  });
});

describe('a full Redis', () => {
  it('lets no login and no refresh pass uncounted, and stops nothing that needs no count', async () => {
    const [user, other] = [await newUser(replicas[0]), await newUser(replicas[0])];
    await redisCli(redis.url, 'CONFIG', 'SET', 'maxmemory', '1');
    onTestFinished(() => redisCli(redis.url, 'CONFIG', 'SET', 'maxmemory', '0').then(() => undefined));
    const before = await passwordsTried();
    const uncounted = await askAll(1, async (replica) => [
      await logIn(replica, user.email),
      await refresh(replica, user.refreshToken),
    ]);
    expect(statusesOf(uncounted.flat())).toEqual(Array<number>(6).fill(503));
    expect(await passwordsTried()).toBe(before);
    const checks = await askAll(1, (replica) => me(replica, user.token));
    expect(statusesOf(checks)).toEqual([200, 200, 200]);
    const out = await call('POST', `${replicas[0].url}/v1/auth/logout`, { token: other.token });
    expect(out.status).toBe(204);
  });
});

describe('the limit per client address', () => {
  it('holds over three replicas to the last request, and none passes without its count', async () => {
    const answers = await askAll(LIMIT, (replica) => call('POST', `${replica.url}${UNDO}`, { json: {} }));
    expect(statusesOf(answers)).toEqual([
      ...Array<number>(LIMIT).fill(422),
      ...Array<number>(2 * LIMIT).fill(429),
    ]);
    expect(await total('rate_limited_total{limit="address"}')).toBe(2 * LIMIT);

    const before = await passwordsTried();
    await redis.kill();
    onTestFinished(() => redis.restart());
    const uncounted = await askAll(1, (replica) => logIn(replica, newEmail()));
    expect(uncounted.map(({ body }) => body['code'])).toEqual(
      Array<string>(3).fill('dependency-unavailable'),
    );
    expect(statusesOf(uncounted)).toEqual([503, 503, 503]);
    expect(await passwordsTried()).toBe(before);
  });

  it('is off in Kubernetes without trusted proxies, and the start says so once', async () => {
    const service = await startOnce({ KUBERNETES_SERVICE_HOST: '10.0.0.1', RATE_LIMIT_ADDRESS: '1/86400' });
    await newUser(service);
    await newUser(service);
    expect((await refresh(service, UNKNOWN)).headers.has('ratelimit')).toBe(false);
    expect(service.output().split(OFF)).toHaveLength(2);
  });

  it('is on in Kubernetes with trusted proxies', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', TRUSTED_PROXIES: '10.0.0.0/8' };
    const service = await startOnce({ ...env, RATE_LIMIT_ADDRESS: '7/60' });
    const { headers } = await refresh(service, UNKNOWN);
    expect(headers.get('ratelimit-policy')).toBe('"refreshSession";q=7;w=60');
    expect(service.output()).not.toContain(OFF);
  });
});

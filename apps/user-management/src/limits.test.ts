import { type RedisServer, type Service, startRedis, startService } from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newUser, refresh } from './testing/client.ts';

const LIMIT = 50;
const OFF = 'The limits per client address are off';
/** Well-formed, and no session has it. */
const UNKNOWN = `rtk_${'A'.repeat(43)}`;

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis({ args: ['--appendonly', 'yes'] });
});
afterAll(() => redis.stop());

async function start(env: Record<string, string> = {}): Promise<Service> {
  const service = await startService({
    APP_ENV: 'production',
    DATABASE_URL: 'redis:',
    REDIS_HOST: redis.host,
    REDIS_PORT: String(redis.port),
    // None of the limit comes back while the test runs.
    RATE_LIMIT_ADDRESS: `${LIMIT}/86400`,
    ...env,
  });
  onTestFinished(() => service.stop());
  return service;
}

describe('the limit per client address', () => {
  it('holds over three replicas to the last request, and none passes without its count', async () => {
    const replicas = await Promise.all([start(), start(), start()]);
    const answers = await Promise.all(
      replicas.flatMap((replica) => Array.from({ length: LIMIT }, () => refresh(replica, UNKNOWN))),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(LIMIT).fill(401), ...Array<number>(2 * LIMIT).fill(429)]);

    await redis.kill();
    onTestFinished(() => redis.restart());
    const uncounted = await Promise.all(replicas.map((replica) => refresh(replica, UNKNOWN)));
    expect(uncounted.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(uncounted[0]?.body['code']).toBe('dependency-unavailable');
  });

  it('is off in Kubernetes without trusted proxies, and the start says so once', async () => {
    const service = await start({ KUBERNETES_SERVICE_HOST: '10.0.0.1', RATE_LIMIT_ADDRESS: '1/86400' });
    await newUser(service);
    await newUser(service);
    expect((await refresh(service, UNKNOWN)).headers.has('ratelimit')).toBe(false);
    expect(service.output().split(OFF)).toHaveLength(2);
  });

  it('is on in Kubernetes with trusted proxies', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', TRUSTED_PROXIES: '10.0.0.0/8' };
    const service = await start({ ...env, RATE_LIMIT_ADDRESS: '7/60' });
    const { headers } = await refresh(service, UNKNOWN);
    expect(headers.get('ratelimit-policy')).toBe('"refreshSession";q=7;w=60');
    expect(service.output()).not.toContain(OFF);
  });
});

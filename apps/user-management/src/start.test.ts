import { type RedisServer, spawnService, startRedis } from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis({ args: ['--requirepass', 'sesame', '--appendonly', 'yes'] });
});
afterAll(() => redis.stop());

const production = () => ({
  APP_ENV: 'production',
  REDIS_HOST: redis.host,
  REDIS_PORT: String(redis.port),
  REDIS_PASSWORD: 'sesame',
});

const withoutAddress = ({ REDIS_HOST: _, REDIS_PORT: __, ...env }: Record<string, string>) => env;

/** Starts the service and waits until it ends. */
async function start(env: Record<string, string>) {
  const began = performance.now();
  const service = await spawnService(env);
  const exitCode = await service.exit;
  return { exitCode, output: service.output(), ms: performance.now() - began };
}

describe('a start that cannot succeed', () => {
  it('ends with 78 and names every invalid setting at once', async () => {
    const { exitCode, output } = await start({ PORT: 'http', REDIS_CACHE_TTL: '-1', LOG_LEVEL: 'loud' });
    expect(exitCode).toBe(78);
    for (const problem of ['PORT', 'http', 'REDIS_CACHE_TTL', '-1', 'LOG_LEVEL', 'loud']) {
      expect(output).toContain(problem);
    }
  });

  it('ends with 78 when production would lose its users', async () => {
    const { exitCode, output } = await start({ ...production(), DATABASE_URL: 'memory:' });
    expect(exitCode).toBe(78);
    expect(output).toContain('DATABASE_URL');
  });

  it('ends with 78 when DATABASE_URL names a Redis that may lose users', async () => {
    const unsafe = await startRedis({
      args: ['--maxmemory-policy', 'allkeys-lru', '--save', '', '--appendonly', 'no'],
    });
    const env = { APP_ENV: 'production', REDIS_HOST: unsafe.host, REDIS_PORT: String(unsafe.port) };
    const { exitCode, output } = await start(env);
    await unsafe.stop();
    expect(exitCode).toBe(78);
    expect(output).toContain('maxmemory-policy');
    expect(output).toContain('appendonly');
  });

  it('ends with 78 when the library for passwords cannot be loaded', async () => {
    const { exitCode, output } = await start({ ...production(), NODE_OPTIONS: '--no-addons' });
    expect(exitCode).toBe(78);
    expect(output).toContain('argon2 cannot be loaded');
  });

  it('ends with 69 and names host, port and cause when nothing listens there', async () => {
    const { exitCode, output } = await start({ ...production(), REDIS_PORT: '1' });
    expect(exitCode).toBe(69);
    expect(output).toContain(`${redis.host}:1`);
    expect(output).toContain('ECONNREFUSED');
  });

  it('ends with 69 and names REDIS_NODES when that variable names the servers', async () => {
    const env = { ...production(), REDIS_MODE: 'cluster', REDIS_NODES: `${redis.host}:1` };
    const { exitCode, output } = await start(withoutAddress(env));
    expect(exitCode).toBe(69);
    expect(output).toContain('Check REDIS_MODE, REDIS_NODES and REDIS_PASSWORD.');
  });

  it('ends with 69 within the connect timeout and a second when Redis hangs', async () => {
    const hung = await startRedis();
    await hung.pause();
    const env = { APP_ENV: 'production', REDIS_HOST: hung.host, REDIS_CONNECT_TIMEOUT_MS: '3000' };
    // The start of a process depends on the machine, so the wait is compared with a start that fails at once.
    const refused = await start({ ...env, REDIS_PORT: '1' });
    const { exitCode, output, ms } = await start({ ...env, REDIS_PORT: String(hung.port) });
    await hung.stop();
    expect(exitCode).toBe(69);
    expect(output).toContain('3000 ms');
    expect(ms - refused.ms).toBeLessThan(3000 + 1000);
  });

  it('ends with 69 for a wrong password, and does not show it', async () => {
    const { exitCode, output } = await start({ ...production(), REDIS_PASSWORD: 'open barley' });
    expect(exitCode).toBe(69);
    expect(output).toContain('WRONGPASS');
    expect(output).not.toContain('open barley');
  });

  it('ends with 69 when Redis refuses writes', async () => {
    const readOnly = await startRedis({ args: ['--min-replicas-to-write', '1'] });
    const env = { APP_ENV: 'production', REDIS_HOST: readOnly.host, REDIS_PORT: String(readOnly.port) };
    const { exitCode, output } = await start(env);
    await readOnly.stop();
    expect(exitCode).toBe(69);
    expect(output).toContain('NOREPLICAS');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeSecrets } from '@user-management/crypto';
import { serviceTokenOf } from '@user-management/domain';
import { redisCli, type RedisServer, type Service, startRedis, startService } from '@user-management/servers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { call, logIn, me, newEmail, newUser, register } from './testing/client.ts';
import { keepAsking } from './testing/load.ts';

const COMMAND_TIMEOUT_MS = 500;

let redis: RedisServer;
let service: Service;

const start = async (env: Record<string, string>) => {
  service = await startService({
    REDIS_HOST: redis.host,
    REDIS_PORT: String(redis.port),
    REDIS_COMMAND_TIMEOUT_MS: String(COMMAND_TIMEOUT_MS),
    ...env,
  });
};
const health = () => call('GET', `${service.url}/health`);

beforeEach(async () => {
  redis = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
});
afterEach(async () => {
  await service.stop();
  await redis.stop();
});

/** Each takes Redis away and brings it back. */
const LOSSES = [
  { how: 'killed', lose: () => redis.kill(), bringBack: () => redis.restart() },
  { how: 'stopped', lose: () => redis.pause(), bringBack: () => redis.resume() },
];

describe.each(LOSSES)('production, with Redis $how under load', ({ lose, bringBack }) => {
  it('answers 503 in time, accepts no invalid token, and recovers by itself', async () => {
    await start({ APP_ENV: 'production', DATABASE_URL: 'redis:' });
    const user = await newUser(service);
    expect(await health()).toMatchObject({ status: 200, body: { status: 'ok', redis: 'connected' } });
    const load = keepAsking([() => me(service, user.token)]);

    await lose();
    await expect.poll(health, { timeout: 5000 }).toMatchObject({
      status: 503,
      body: { status: 'degraded', service: 'user_management', redis: 'disconnected' },
    });
    expect((await call('GET', `${service.url}/readyz`)).status).toBe(503);
    expect((await call('GET', `${service.url}/livez`)).status).toBe(200);
    const refused = [await me(service, user.token), await me(service, 'atk_guess'), await register(service)];
    expect(refused.map(({ status }) => status)).toEqual([503, 401, 503]);
    expect(refused[0]?.body['code']).toBe('dependency-unavailable');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);

    await bringBack();
    await expect.poll(health, { timeout: 10_000 }).toMatchObject({ status: 200 });
    expect(await me(service, user.token)).toMatchObject({ status: 200, body: { user_id: user.id } });
    const { statuses, slowest } = await load.end();
    expect(statuses).toEqual([200, 503]);
    expect(slowest).toBeLessThan(COMMAND_TIMEOUT_MS + 1000);
  });
});

describe('an import, with Redis killed', () => {
  it('waits, and imports each line when Redis is back', { timeout: 40_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'import-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const services = join(folder, 'services.json');
    const secrets = new NodeSecrets();
    const token = serviceTokenOf(secrets.newSecret());
    writeFileSync(
      services,
      JSON.stringify([{ name: 'support', sha256: secrets.digest(token), scopes: ['users:write'] }]),
    );
    await start({ APP_ENV: 'production', DATABASE_URL: 'redis:', SERVICE_TOKENS_FILE: services });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const answer = fetch(`${service.internalUrl}/v1/admin/users/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: readable,
      duplex: 'half',
    });
    const file = writable.getWriter();
    const add = () => file.write(Buffer.from(`${JSON.stringify({ email: newEmail() })}\n`));

    await add();
    await redis.kill();
    await add();
    await expect.poll(health, { timeout: 5000 }).toMatchObject({ status: 503 });
    await add();
    await redis.restart();
    await file.close();
    const lines = (await (await answer).text()).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.filter((line) => line.includes('"failed"'))).toEqual([]);
  });
});

describe.each(LOSSES)('development, with Redis $how', ({ lose, bringBack }) => {
  it('continues in memory, and keeps the changes when Redis is back', async () => {
    await start({ APP_ENV: 'development', DATABASE_URL: 'memory:' });
    const [before, revoked] = [await newUser(service), await newUser(service)];

    await lose();
    await expect.poll(health, { timeout: 5000 }).toMatchObject({
      status: 200,
      body: { status: 'degraded', redis: 'disconnected' },
    });
    expect((await call('GET', `${service.url}/readyz`)).status).toBe(200);
    const meanwhile = await newUser(service);
    expect((await me(service, before.token)).status).toBe(200);
    expect((await call('POST', `${service.url}/v1/auth/logout`, { token: revoked.token })).status).toBe(204);
    expect((await logIn(service, before.email)).status).toBe(200);
    await call('PUT', `${service.url}/v1/users/${before.id}/preferences`, {
      token: before.token,
      json: { seen: 1 },
    });

    await bringBack();
    await expect
      .poll(health, { timeout: 10_000 })
      .toMatchObject({ body: { status: 'ok', redis: 'connected' } });
    expect((await me(service, meanwhile.token)).status).toBe(200);
    expect((await me(service, revoked.token)).status).toBe(401);
    expect(await me(service, before.token)).toMatchObject({
      status: 200,
      body: { preferences: { seen: 1 } },
    });
    expect(service.output().match(/memory takes its place/g)).toHaveLength(1);
  });
});

describe('development, without Redis from the start', () => {
  it('warns once, works, and uses Redis once it is available', async () => {
    await redis.kill();
    await start({ APP_ENV: 'development', DATABASE_URL: 'memory:' });
    expect(await health()).toMatchObject({
      status: 200,
      body: { status: 'degraded', redis: 'disconnected' },
    });
    const user = await newUser(service);
    await redis.restart();
    await expect.poll(health, { timeout: 10_000 }).toMatchObject({ body: { status: 'ok' } });
    expect((await me(service, user.token)).status).toBe(200);
    expect(service.output().match(/memory takes its place/g)).toHaveLength(1);
  });
});

describe('production, with a Redis that answers but does not work', () => {
  const tell = (...command: string[]) => redisCli(redis.url, ...command);

  beforeEach(async () => {
    await start({ APP_ENV: 'production', DATABASE_URL: 'redis:' });
  });

  it.each([
    { how: 'forbids all keys', lose: ['resetkeys'], mend: ['allkeys'] },
    { how: 'forbids scripts', lose: ['-eval', '-evalsha'], mend: ['+@all'] },
  ])('is not ready while Redis $how', async ({ lose, mend }) => {
    await tell('ACL', 'SETUSER', 'default', ...lose);
    await expect.poll(health, { timeout: 5000 }).toMatchObject({
      status: 503,
      body: { status: 'degraded', redis: 'disconnected' },
    });
    expect((await call('GET', `${service.url}/readyz`)).status).toBe(503);
    expect((await register(service)).status).toBe(503);
    await tell('ACL', 'SETUSER', 'default', ...mend);
    await expect.poll(health, { timeout: 10_000 }).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect((await register(service)).status).toBe(201);
  });

  it('is ready and read-only while Redis is full: sessions work and can be ended', async () => {
    const user = await newUser(service);
    await tell('CONFIG', 'SET', 'maxmemory', '1mb');
    await expect.poll(health, { timeout: 5000 }).toMatchObject({
      status: 200,
      body: { status: 'degraded', redis: 'read-only' },
    });
    expect((await call('GET', `${service.url}/readyz`)).status).toBe(200);
    expect((await register(service)).status).toBe(503);
    for (let times = 0; times < 3; times += 1) expect((await me(service, user.token)).status).toBe(200);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('user_management_redis_connected 1');
    expect(metrics).toContain('user_management_redis_writable 0');
    const change = { token: user.token, json: { name: 'Ann' } };
    expect((await call('PATCH', `${service.url}/v1/users/me`, change)).status).toBe(200);
    expect((await call('POST', `${service.url}/v1/auth/logout`, { token: user.token })).status).toBe(204);
    expect((await me(service, user.token)).status).toBe(401);
    await tell('CONFIG', 'SET', 'maxmemory', '0');
    await expect.poll(health, { timeout: 10_000 }).toMatchObject({ body: { redis: 'connected' } });
    expect(service.output().match(/Redis refuses writes/g)).toHaveLength(1);
  });
});

describe('development, with a Redis that is full from the start', () => {
  it('reports it at the start and in /health, and works', async () => {
    await redisCli(redis.url, 'CONFIG', 'SET', 'maxmemory', '1mb');
    await start({ APP_ENV: 'development', DATABASE_URL: 'memory:' });
    expect(await health()).toMatchObject({ status: 200, body: { status: 'degraded', redis: 'read-only' } });
    const user = await newUser(service);
    expect((await me(service, user.token)).status).toBe(200);
    expect(service.output()).toContain('refuses writes');
    expect(service.output()).toContain('memory takes its place');
    expect(service.output()).not.toContain('memory instead');
  });
});

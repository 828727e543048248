import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RedisServer, type Service, startRedis, startService } from '@user-management/servers';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { logIn, me, newUser } from './testing/client.ts';

let redis: RedisServer;
let folder: string;
let service: Service;

const start = async (env: Record<string, string> = {}) => {
  service = await startService({
    APP_ENV: 'development',
    DATABASE_URL: `sqlite:${join(folder, 'users.db')}`,
    REDIS_HOST: redis.host,
    REDIS_PORT: String(redis.port),
    ...env,
  });
};

beforeAll(async () => {
  redis = await startRedis();
  folder = mkdtempSync(join(tmpdir(), 'users-'));
});
afterEach(() => service.stop());
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true });
});

it('keeps users and tokens when the process is killed', async () => {
  await start();
  const user = await newUser(service);
  service.signal('SIGKILL');
  await service.exit;
  await start();
  expect(await me(service, user.token)).toMatchObject({ status: 200, body: { user_id: user.id } });
  expect((await logIn(service, user.email)).status).toBe(200);
});

it('does not find users of another store in a shared cache', async () => {
  await start();
  const user = await newUser(service);
  expect((await me(service, user.token)).status).toBe(200);
  await service.stop();
  await start({ DATABASE_URL: 'memory:' });
  expect(await me(service, user.token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  expect((await logIn(service, user.email)).status).toBe(401);
});

it('warms the cache with the most recently active users after it starts to listen', async () => {
  await start();
  const users = [await newUser(service), await newUser(service), await newUser(service)];
  await logIn(service, users[0]?.email ?? '');
  await service.stop();
  await start({ CACHE_WARM_USERS: '2' });
  await expect.poll(() => service.output()).toContain('The cache was warmed.');
  expect(service.output().indexOf('is listening')).toBeLessThan(
    service.output().indexOf('The cache was warmed.'),
  );
  // Both are hits. A user that was not warmed would be a miss.
  for (const user of [users[0], users[2]]) await me(service, user?.token ?? '');
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toMatch(/^user_management_cache_lookups_total\{kind="user",outcome="miss"\} 2$/m);
  expect(metrics).toMatch(/^user_management_cache_lookups_total\{kind="user",outcome="hit"\} 2$/m);
});

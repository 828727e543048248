import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, spawnService, startReceiver, startService } from '@user-management/servers';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { call, newUser } from '../testing/client.ts';

const SECRET = `whsec_${Buffer.alloc(32, 'hidden').toString('base64')}`;

let folder: string;
let file: string;
let service: Service;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webhooks-'));
  file = join(folder, 'webhooks.json');
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const env = () => ({
  ...{ APP_ENV: 'development', DATABASE_URL: 'memory:', WEBHOOKS_FILE: file },
  ...{ REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' },
});

it('tells an endpoint what happens, in the order of each user, and counts it', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  await writeFile(file, JSON.stringify([{ url: receiver.url, secret: SECRET }]));
  service = await startService(env());
  const user = await newUser(service);
  await call('POST', `${service.url}/v1/auth/logout`, { token: user.token });
  const types = () => receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  await expect
    .poll(types, { timeout: 15_000 })
    .toEqual(['user.registered', 'session.started', 'session.ended']);
  const { body } = await call('GET', `${service.internalUrl}/health`);
  expect(body['files']).toEqual([{ variable: 'WEBHOOKS_FILE', problem: null }]);
  const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
  expect(metrics).toMatch(
    /user_management_webhooks_total\{endpoint="localhost-\w{8}",outcome="delivered"\} 3/,
  );
  expect(service.output()).not.toContain('hidden');
});

it('stops the start with 78 when the list is wrong', async () => {
  await writeFile(file, JSON.stringify([{ url: 'hidden', secret: SECRET }]));
  service = await spawnService(env());
  expect(await service.exit).toBe(78);
  expect(service.output()).toContain('WEBHOOKS_FILE is');
  expect(service.output()).not.toContain('hidden');
});

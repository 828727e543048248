import { hash } from 'node:crypto';
import { redisUrl, type Service, startService } from '@user-management/servers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, logIn, me, newUser, PASSWORD } from './testing/client.ts';

let service: Service;

beforeAll(async () => {
  const { hostname, port, pathname } = new URL(redisUrl());
  service = await startService({
    APP_ENV: 'development',
    DATABASE_URL: 'memory:',
    REDIS_HOST: hostname,
    REDIS_PORT: port,
    REDIS_DB: pathname.slice(1),
    LOG_LEVEL: 'trace',
  });
});
afterAll(() => service.stop());

it('writes no password, token or hash to the log in a whole session', async () => {
  const user = await newUser(service);
  const wrong = 'incorrect donkey battery staple';
  await logIn(service, user.email, wrong);
  const { body } = await logIn(service, user.email);
  const { token } = body['auth'] as { token: string };
  await me(service, token);
  await me(service, `atk_${'x'.repeat(43)}`);
  await call('POST', `${service.url}/v1/auth/login`, { json: { password: PASSWORD, token, email: 7 } });
  await call('GET', `${service.url}/v1/users/me?token=${token}`, { token });
  await call('PUT', `${service.url}/v1/users/${user.id}/preferences`, { token, json: { theme: 'dark' } });
  await call('POST', `${service.url}/v1/auth/logout`, { token });
  service.signal('SIGTERM');
  await service.exit;

  const log = service.output();
  expect(log).toContain('/v1/auth/login');
  for (const secret of [PASSWORD, wrong, token, user.token, hash('sha256', token), '$argon2id$', 'Bearer ']) {
    expect(log).not.toContain(secret);
  }
});

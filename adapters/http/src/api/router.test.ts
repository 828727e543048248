import { describe, expect, it } from 'vitest';
import { routes } from '../testing/api.ts';
import { call } from '../testing/client.ts';
import { register } from '../testing/people.ts';
import { startService } from '../testing/service.ts';

const ID = 'usr_00000000000000000000000000000000';

describe('a path that is none', () => {
  it.each([
    '/',
    '/v1',
    '/v1/users',
    '/v1/users/',
    '/v1/users/me/',
    '/v1/users/a/b',
    '/V1/users/me',
    '/v1//users/me',
    '/v1/users%2Fme',
    '/%00',
    '/health%00',
    '/%',
    '/%E0%A4%A',
    '/health/',
    '/../etc/passwd',
    '/__proto__',
    '/constructor',
  ])('is not found: %s', async (path) => {
    const service = await startService();
    const reply = await call(service, 'GET', path);
    expect(reply).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('is not found with any method, nor without a token', async () => {
    const service = await startService();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      expect(await call(service, method, '/nothing')).toMatchObject({ status: 404 });
    }
  });
});

describe('a method that a path does not know', () => {
  it.each([
    ['GET', '/v1/users/register', 'OPTIONS, POST'],
    ['GET', '/v1/auth/login', 'OPTIONS, POST'],
    ['DELETE', '/v1/auth/logout', 'OPTIONS, POST'],
    ['POST', '/v1/users/me', 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['PUT', `/v1/users/${ID}`, 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['DELETE', '/v1/users/register', 'OPTIONS, POST'],
    ['GET', '/v1/users/me/password', 'OPTIONS, PUT'],
    ['POST', '/v1/users/me/sessions', 'DELETE, GET, HEAD, OPTIONS'],
    ['GET', '/v1/users/me/sessions/x', 'DELETE, OPTIONS'],
    ['POST', `/v1/users/${ID}/preferences`, 'GET, HEAD, OPTIONS, PATCH, PUT'],
    ['PROPFIND', '/v1/users/me', 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['TRACE', '/health', 'GET, HEAD, OPTIONS'],
    ['QUERY', '/health/user-management', 'GET, HEAD, OPTIONS'],
    ['POST', '/livez', 'GET, HEAD, OPTIONS'],
    ['POST', '/readyz', 'GET, HEAD, OPTIONS'],
    ['POST', '/metrics', 'GET, HEAD, OPTIONS'],
    ['PUT', '/openapi.json', 'GET, HEAD, OPTIONS'],
  ])('is not allowed: %s %s', async (method, path, allow) => {
    const service = await startService();
    const reply = await call(service, method, path);
    expect(reply).toMatchObject({ status: 405, body: { code: 'method-not-allowed' }, headers: { allow } });
  });
});

describe('OPTIONS', () => {
  it.each([...new Set(routes.map(({ path }) => path))])('names the methods of %s', async (path) => {
    const service = await startService();
    const reply = await call(service, 'OPTIONS', path.replace('{user_id}', ID));
    expect(reply).toMatchObject({ status: 204, text: '' });
    for (const route of routes.filter((candidate) => candidate.path === path)) {
      expect(reply.headers.allow).toContain(route.method);
    }
  });
});

describe('a query string', () => {
  it('changes nothing', async () => {
    const service = await startService();
    const { token } = await register(service);
    expect(await call(service, 'GET', '/v1/users/me?user_id=other&%00', { token })).toMatchObject({
      status: 200,
    });
  });
});

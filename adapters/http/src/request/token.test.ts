import { samplePolicy } from '@user-management/conformance';
import { DependencyUnavailable } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { ADA, register } from '../testing/people.ts';
import { startService } from '../testing/service.ts';

const INVALID = 'Bearer realm="user-management", error="invalid_token"';
const PROTECTED = [
  ['GET', '/v1/users/me'],
  ['GET', '/v1/users/usr_00000000000000000000000000000000'],
  ['GET', '/v1/users/usr_00000000000000000000000000000000/preferences'],
  ['PUT', '/v1/users/usr_00000000000000000000000000000000/preferences'],
  ['PATCH', '/v1/users/usr_00000000000000000000000000000000/preferences'],
  ['POST', '/v1/auth/logout'],
] as const;
const OF_ONE_USER = PROTECTED.filter(([, path]) => path.includes('usr_'));

describe.each(PROTECTED)('%s %s', (method, path) => {
  it('is closed to a request without a token, which has nothing wrong with it but that', async () => {
    const service = await startService();
    const reply = await call(service, method, path);
    expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(reply.headers['www-authenticate']).toBe('Bearer realm="user-management"');
  });

  it('is closed to a token that nobody was given, before the body is looked at', async () => {
    const service = await startService();
    const reply = await call(service, method, path, { token: `atk_${'A'.repeat(43)}`, body: 'no JSON' });
    expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(reply.headers['www-authenticate']).toBe(INVALID);
  });
});

describe.each(OF_ONE_USER)('%s %s', (method, path) => {
  it("is closed to somebody else's token, before the body is looked at", async () => {
    const service = await startService();
    const ada = await register(service);
    const reply = await call(service, method, path, { ...ada, body: 'no JSON' });
    expect(reply).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});

describe('a token', () => {
  it.each([
    ['of another shape', 'atk_short'],
    ['of another service', 'xyz_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['of 10,000 characters', 'A'.repeat(10_000)],
    ['followed by something', `atk_${'A'.repeat(43)} x`],
    ['that is empty', ''],
  ])('%s lets nobody in', async (_, token) => {
    const service = await startService();
    const reply = await call(service, 'GET', '/v1/users/me', { token });
    expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('works until it expires', async () => {
    const service = await startService();
    const { token } = await register(service);
    service.clock.advance(samplePolicy.tokenTtl * 1000 - 1);
    expect(await call(service, 'GET', '/v1/users/me', { token })).toMatchObject({ status: 200 });
    service.clock.advance(1);
    expect(await call(service, 'GET', '/v1/users/me', { token })).toMatchObject({ status: 401 });
  });

  it('goes on to work when the clock is set back, and its user can be changed and log in', async () => {
    const service = await startService();
    const { userId, token } = await register(service);
    service.clock.advance(-samplePolicy.tokenTtl * 1000);
    const path = `/v1/users/${userId}/preferences`;
    expect(await call(service, 'PUT', path, { token, json: { theme: 'dark' } })).toMatchObject({
      status: 200,
    });
    expect(await call(service, 'POST', '/v1/auth/login', { json: ADA })).toMatchObject({ status: 200 });
    service.clock.advance(samplePolicy.tokenTtl * 1000);
    expect(await call(service, 'GET', '/v1/users/me', { token })).toMatchObject({ status: 200 });
  });

  it('has expired when the clock is set forward; one issued then works on after that', async () => {
    const service = await startService();
    const { token } = await register(service);
    service.clock.advance(samplePolicy.tokenTtl * 1000);
    expect(await call(service, 'GET', '/v1/users/me', { token })).toMatchObject({ status: 401 });
    const login = await call(service, 'POST', '/v1/auth/login', { json: ADA });
    const { token: later } = login.body['auth'] as { token: string };
    service.clock.advance(-samplePolicy.tokenTtl * 1000);
    expect(await call(service, 'GET', '/v1/users/me', { token: later })).toMatchObject({ status: 200 });
  });

  it.each(['Bearer', 'bearer', 'BEARER', 'bEARER  '])(
    'may follow the scheme written as %j',
    async (scheme) => {
      const service = await startService();
      const { token } = await register(service);
      const headers = { authorization: `${scheme} ${token}` };
      expect(await call(service, 'GET', '/v1/users/me', { headers })).toMatchObject({ status: 200 });
    },
  );

  it('may be in a header written in any case', async () => {
    const service = await startService();
    const { token } = await register(service);
    for (const name of ['Authorization', 'AUTHORIZATION']) {
      const reply = await call(service, 'GET', '/v1/users/me', { headers: { [name]: `Bearer ${token}` } });
      expect(reply).toMatchObject({ status: 200 });
    }
  });

  it.each(['Basic', 'Bearer:', 'Token'])('does not follow the scheme %s', async (scheme) => {
    const service = await startService();
    const { token } = await register(service);
    const reply = await call(service, 'GET', '/v1/users/me', {
      headers: { authorization: `${scheme} ${token}` },
    });
    expect(reply).toMatchObject({ status: 401 });
    expect(reply.headers['www-authenticate']).toBe('Bearer realm="user-management"');
  });

  it('is not accepted from one of two Authorization headers', async () => {
    const service = await startService();
    const { token } = await register(service);
    for (const other of ['Bearer x', `Bearer ${token}`, 'Basic eA==']) {
      const headers = { authorization: [`Bearer ${token}`, other] as unknown as string };
      const reply = await call(service, 'GET', '/v1/users/me', { headers });
      expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect(reply.headers['www-authenticate']).toBe(INVALID);
    }
  });

  it('is not let in while nobody can tell whether it is valid', async () => {
    const service = await startService();
    const { token } = await register(service);
    service.useCases.authenticate = () => Promise.reject(new DependencyUnavailable('token store'));
    const reply = await call(service, 'GET', '/v1/users/me', { token });
    expect(reply).toMatchObject({ status: 503, body: { code: 'dependency-unavailable' } });
  });
});

describe('a path', () => {
  it.each([
    '%00',
    'usr_%00',
    'me%2Fpreferences',
    '%2e%2e',
    '%E0%A4%A',
    '%',
    '..%2Fme',
    "'%20OR%201=1",
    '__proto__',
  ])('that names %s as a user is closed like any other user', async (id) => {
    const service = await startService();
    const { token } = await register(service);
    expect(await call(service, 'GET', `/v1/users/${id}`)).toMatchObject({ status: 401 });
    expect(await call(service, 'GET', `/v1/users/${id}`, { token })).toMatchObject({ status: 403 });
    expect(await call(service, 'GET', `/v1/users/${id}/preferences`, { token })).toMatchObject({
      status: 403,
    });
  });
});

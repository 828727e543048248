import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './client.ts';
import { openScene, type Scene, untilHealthy } from './containers.ts';

const PASSWORD = 'correct horse battery staple';
const ANN = { email: 'ann@example.com', password: PASSWORD, device_id: 'phone' };

describe('the service in its container', () => {
  let scene: Scene;
  let url: string;
  let ann: { id: string; token: string };

  beforeAll(async () => {
    scene = await openScene('distroless');
    url = await untilHealthy(await scene.start());
    const { status, body } = await call('POST', `${url}/v1/users/register`, { json: ANN });
    expect(status).toBe(201);
    ann = { id: String(body['user_id']), token: (body['auth'] as { token: string }).token };
  });
  afterAll(() => scene.close());

  it.each(['/health', '/health/user-management'])('is healthy at %s', async (path) => {
    const answer = await call('GET', url + path);
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'ok', service: 'user_management', redis: 'connected' },
    });
  });

  it.each(['/livez', '/readyz', '/metrics', '/openapi.json'])('answers at %s', async (path) => {
    expect(await call('GET', url + path)).toMatchObject({ status: 200 });
  });

  it('returns the id of a request', async () => {
    const { headers } = await call('GET', `${url}/livez`, { headers: { 'x-request-id': 'mine' } });
    expect(headers.get('x-request-id')).toBe('mine');
  });

  it('accepts a token, and a login', async () => {
    const me = await call('GET', `${url}/v1/users/me`, { token: ann.token });
    expect(me).toMatchObject({ status: 200, body: { user_id: ann.id, email: ANN.email, preferences: {} } });
    expect(me.body).not.toHaveProperty('password_hash');
    expect(await call('POST', `${url}/v1/auth/login`, { json: ANN })).toMatchObject({ status: 200 });
  });

  it('answers 304 to a client with the newest version', async () => {
    const user = `${url}/v1/users/${ann.id}`;
    const { headers } = await call('GET', user, { token: ann.token });
    const again = { token: ann.token, headers: { 'if-none-match': headers.get('etag') ?? '' } };
    expect(await call('GET', user, again)).toMatchObject({ status: 304 });
  });

  it('replaces and merges preferences, and refuses a client with a stale version', async () => {
    const preferences = `${url}/v1/users/${ann.id}/preferences`;
    const { token } = ann;
    const put = await call('PUT', preferences, { token, json: { theme: 'dark', language: 'de' } });
    expect(put).toMatchObject({ status: 200, body: { status: 'preferences_saved' } });
    const patch = await call('PATCH', preferences, { token, json: { theme: null } });
    expect(patch.body).toMatchObject({ preferences: { language: 'de' } });
    const old = { token, json: {}, headers: { 'if-match': put.headers.get('etag') ?? '' } };
    expect(await call('PUT', preferences, old)).toMatchObject({ status: 412 });
  });

  it('refuses a token after the logout', async () => {
    const { body } = await call('POST', `${url}/v1/auth/login`, { json: ANN });
    const { token } = body['auth'] as { token: string };
    expect(await call('POST', `${url}/v1/auth/logout`, { token })).toMatchObject({ status: 204 });
    expect(await call('GET', `${url}/v1/users/me`, { token })).toMatchObject({ status: 401 });
  });

  it.each([
    ['a taken email', 'POST', '/v1/users/register', { json: ANN }, 409],
    ['a wrong password', 'POST', '/v1/auth/login', { json: { ...ANN, password: 'not hers' } }, 401],
    ['a missing token', 'GET', '/v1/users/me', {}, 401],
    ['an unknown member', 'POST', '/v1/users/register', { json: { ...ANN, nick: 'a' } }, 422],
    ['a body that is too long', 'POST', '/v1/users/register', { json: 'x'.repeat(70_000) }, 413],
    ['an unknown path', 'GET', '/v2', {}, 404],
    ['another method', 'POST', '/v1/users/me', {}, 405],
  ])('refuses %s', async (_, method, path, request, status) => {
    const answer = await call(method, url + path, request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('survives forty registrations at once in 256 MB', async () => {
    const people = Array.from({ length: 40 }, (_, n) => ({ ...ANN, email: `user-${n}@example.com` }));
    const answers = await Promise.all(
      people.map((json) => call('POST', `${url}/v1/users/register`, { json })),
    );
    expect(answers.map(({ status }) => status)).toEqual(people.map(() => 201));
  });
});

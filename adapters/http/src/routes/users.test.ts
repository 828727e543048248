import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { register } from '../testing/people.ts';
import { startService } from '../testing/service.ts';

describe.each(['me', 'the own id'])('GET /v1/users/… with %s', (which) => {
  const pathOf = ({ path }: { path: string }) => (which === 'me' ? '/v1/users/me' : path);

  it('gives the user, with null for what is unknown', async () => {
    const service = await startService();
    const ada = await register(service);
    const reply = await call(service, 'GET', pathOf(ada), ada);
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ 'content-type': 'application/json', etag: '"1"' });
    expect(reply.body).toEqual({
      user_id: ada.userId,
      email: 'ada@example.com',
      email_verified_at: null,
      status: 'active',
      phone: null,
      name: null,
      device_id: 'ada-phone',
      created_at: '2026-01-31T09:30:00.000Z',
      updated_at: '2026-01-31T09:30:00.000Z',
      password_changed_at: '2026-01-31T09:30:00.000Z',
      last_login: null,
      preferences: {},
    });
  });

  it('gives a changed user with a new tag', async () => {
    const service = await startService();
    const ada = await register(service);
    await call(service, 'GET', pathOf(ada), ada);
    await call(service, 'PUT', `${ada.path}/preferences`, { ...ada, json: { theme: 'dark' } });
    const reply = await call(service, 'GET', pathOf(ada), ada);
    expect(reply).toMatchObject({ headers: { etag: '"2"' }, body: { preferences: { theme: 'dark' } } });
  });

  it.each(['"1"', 'W/"1"', '"0", "1"', '*', ' "x,y" ,W/"1" '])(
    'answers 304 to If-None-Match: %s',
    async (held) => {
      const service = await startService();
      const ada = await register(service);
      const reply = await call(service, 'GET', pathOf(ada), { ...ada, headers: { 'if-none-match': held } });
      expect(reply).toMatchObject({ status: 304, text: '', headers: { etag: '"1"' } });
      expect(reply.headers).not.toHaveProperty('content-type');
    },
  );

  it.each(['"2"', 'W/"2"', '1', '"1', '', '"0,"1""'])('answers 200 to If-None-Match: %s', async (held) => {
    const service = await startService();
    const ada = await register(service);
    const reply = await call(service, 'GET', pathOf(ada), { ...ada, headers: { 'if-none-match': held } });
    expect(reply).toMatchObject({ status: 200 });
  });

  it('answers HEAD as GET, without the body', async () => {
    const service = await startService();
    const ada = await register(service);
    const { text } = await call(service, 'GET', pathOf(ada), ada);
    const reply = await call(service, 'HEAD', pathOf(ada), ada);
    expect(reply).toMatchObject({ status: 200, text: '', headers: { etag: '"1"' } });
    expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(text)));
  });

  it('lets nobody in whose user is gone', async () => {
    const service = await startService();
    const ada = await register(service);
    service.users.findById = () => Promise.resolve(undefined);
    const reply = await call(service, 'GET', pathOf(ada), ada);
    expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });
});

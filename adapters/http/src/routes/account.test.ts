import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { ADA, type Person, personIn, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const NEXT = 'battery staple';

const statusOf = async (service: Service, { token }: { token: string }): Promise<number> =>
  (await call(service, 'GET', '/v1/users/me', { token })).status;

const logIn = (service: Service, password: string) =>
  call(service, 'POST', '/v1/auth/login', { json: { ...ADA, password } });

describe.each(['me', 'the own id'])('/v1/users/… with %s', (which) => {
  const pathOf = ({ path }: Person) => (which === 'me' ? '/v1/users/me' : path);

  describe('PATCH', () => {
    it('changes what is given, and removes what is null', async () => {
      const service = await startService();
      const ada = await register(service, { name: 'Ada', phone: '+4930123456' });
      service.clock.advance(1_000);
      const reply = await call(service, 'PATCH', pathOf(ada), {
        ...ada,
        json: { name: 'Countess', phone: null },
      });
      expect(reply).toMatchObject({
        status: 200,
        headers: { etag: '"2"' },
        body: { name: 'Countess', phone: null, updated_at: '2026-01-31T09:30:01.000Z' },
      });
      const other = await call(service, 'PATCH', pathOf(ada), {
        ...ada,
        headers: { 'content-type': 'application/merge-patch+json' },
        body: '{"phone":"+4930654321"}',
      });
      expect(other).toMatchObject({ body: { name: 'Countess', phone: '+4930654321' } });
    });

    it('holds to If-Match', async () => {
      const service = await startService();
      const ada = await register(service);
      const patch = (tag: string) =>
        call(service, 'PATCH', pathOf(ada), { ...ada, json: { name: 'A' }, headers: { 'if-match': tag } });
      expect(await patch('"1"')).toMatchObject({ status: 200 });
      expect(await patch('"1"')).toMatchObject({ status: 412 });
    });

    it.each([
      [{ name: '' }, '/name'],
      [{ name: 7 }, '/name'],
      [{ phone: '030' }, '/phone'],
      [{ email: 'eve@example.com' }, '/email'],
      [{ status: 'disabled' }, '/status'],
      [{ session_epoch: 0 }, '/session_epoch'],
      [[], ''],
    ])('refuses %j', async (json, pointer) => {
      const service = await startService();
      const ada = await register(service);
      const reply = await call(service, 'PATCH', pathOf(ada), { ...ada, json });
      expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    });
  });

  describe('PUT …/password', () => {
    const change = (service: Service, ada: Person, json: object) =>
      call(service, 'PUT', `${pathOf(ada)}/password`, { ...ada, json });

    it('takes the new password, ends every session and answers with a new one', async () => {
      const service = await startService();
      const ada = await register(service);
      const other = personIn((await logIn(service, ADA.password)).body);
      const reply = await change(service, ada, { current_password: ADA.password, new_password: NEXT });
      expect(reply.status).toBe(200);
      const { token, session_id: sessionId } = reply.body['auth'] as Record<string, string>;
      expect(sessionId).not.toBe(ada.sessionId);
      for (const dead of [ada, other]) expect(await statusOf(service, dead)).toBe(401);
      expect(await statusOf(service, { token: String(token) })).toBe(200);
      expect(await logIn(service, ADA.password)).toMatchObject({ status: 401 });
      expect(await logIn(service, NEXT)).toMatchObject({ status: 200 });
    });

    it('stays on the device of the session, or moves to the one that is given', async () => {
      const service = await startService();
      let ada = await register(service);
      for (const [member, expected] of [
        [{}, 'ada-phone'],
        [{ device_id: 'ada-laptop' }, 'ada-laptop'],
      ] as const) {
        const passwords = { current_password: ADA.password, new_password: ADA.password };
        const reply = await change(service, ada, { ...passwords, ...member });
        ada = { ...personIn(reply.body), path: ada.path };
        const { body } = await call(service, 'GET', '/v1/users/me/sessions', ada);
        expect(body).toMatchObject({ sessions: [{ device_id: expected }] });
      }
    });

    it('is refused with a wrong password, which is no reason to lose the session', async () => {
      const service = await startService();
      const ada = await register(service);
      const reply = await change(service, ada, { current_password: NEXT, new_password: NEXT });
      expect(reply).toMatchObject({ status: 403, body: { code: 'wrong-password' } });
      expect(reply.headers).not.toHaveProperty('www-authenticate');
      expect(await statusOf(service, ada)).toBe(200);
    });

    it.each([
      [{}, ['/current_password', '/new_password']],
      [{ current_password: ADA.password }, ['/new_password']],
      [{ current_password: ADA.password, new_password: 'short' }, ['/new_password']],
      [{ current_password: ADA.password, new_password: NEXT, device_id: 'a b' }, ['/device_id']],
      [{ current_password: ADA.password, new_password: NEXT, password: NEXT }, ['/password']],
    ])('refuses %j', async (json, pointers) => {
      const service = await startService();
      const ada = await register(service);
      const reply = await change(service, ada, json);
      expect(reply.status).toBe(422);
      expect((reply.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
    });
  });

  describe('DELETE', () => {
    it('deletes the user, whose email is free at once', async () => {
      const service = await startService();
      const ada = await register(service);
      const reply = await call(service, 'DELETE', pathOf(ada), { ...ada, json: { password: ADA.password } });
      expect(reply).toMatchObject({ status: 204, text: '' });
      expect(await statusOf(service, ada)).toBe(401);
      expect(await logIn(service, ADA.password)).toMatchObject({ status: 401 });
      const { userId } = await register(service);
      expect(userId).not.toBe(ada.userId);
    });

    it('is refused with a wrong password, and with a condition that does not hold', async () => {
      const service = await startService();
      const ada = await register(service);
      const wrong = { ...ada, json: { password: NEXT } };
      expect(await call(service, 'DELETE', pathOf(ada), wrong)).toMatchObject({
        status: 403,
        body: { code: 'wrong-password' },
      });
      const json = { password: ADA.password };
      const outdated = { ...ada, json, headers: { 'if-match': '"7"' } };
      expect(await call(service, 'DELETE', pathOf(ada), outdated)).toMatchObject({ status: 412 });
      expect(await statusOf(service, ada)).toBe(200);
    });

    it('needs the password', async () => {
      const service = await startService();
      const ada = await register(service);
      expect(await call(service, 'DELETE', pathOf(ada), ada)).toMatchObject({ status: 400 });
      expect(await call(service, 'DELETE', pathOf(ada), { ...ada, json: {} })).toMatchObject({ status: 422 });
    });
  });
});

describe('the account of another user', () => {
  it.each([
    ['PATCH', '', { name: 'Eve' }],
    ['PUT', '/password', { current_password: ADA.password, new_password: NEXT }],
    ['DELETE', '', { password: ADA.password }],
  ])('is out of reach, whatever the password: %s %s', async (method, path, json) => {
    const service = await startService();
    const ada = await register(service);
    const bob = await register(service, { email: 'bob@example.com' });
    expect(await call(service, method, `${bob.path}${path}`, { ...ada, json })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await statusOf(service, bob)).toBe(200);
  });
});

describe('Idempotency-Key', () => {
  const post = (service: Service, key: string, member: object = {}) =>
    call(service, 'POST', '/v1/users/register', {
      json: { ...ADA, ...member },
      headers: { 'idempotency-key': key },
    });

  it('gives a repeated registration the same user and a new session', async () => {
    const service = await startService();
    const first = await post(service, 'key-1');
    const again = await post(service, 'key-1');
    expect(again.status).toBe(201);
    expect(again.body['user_id']).toBe(first.body['user_id']);
    expect(personIn(again.body).sessionId).not.toBe(personIn(first.body).sessionId);
  });

  it('leaves a registration with another key or password a conflict', async () => {
    const service = await startService();
    await post(service, 'key-1');
    for (const reply of [await post(service, 'key-2'), await post(service, 'key-1', { password: NEXT })]) {
      expect(reply).toMatchObject({ status: 409, body: { code: 'email-taken' } });
    }
  });

  it.each([[''], ['a b'], ['x'.repeat(129)], ['é']])('is refused: %j', async (key) => {
    const reply = await post(await startService(), key);
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
    expect(reply.text).toContain('The header Idempotency-Key must have 1 to 128 visible ASCII characters.');
  });
});

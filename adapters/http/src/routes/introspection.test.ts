import { parseTimestamp, parseUserId } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { letIn, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const introspect = (service: Service, token: string, form: Record<string, string>) =>
  call(service.internal, 'POST', '/v1/introspect', { token, form });
const revoke = (service: Service, token: string, form: Record<string, string>) =>
  call(service.internal, 'POST', '/v1/revoke', { token, form });
const me = (service: Service, token: string) => call(service, 'GET', '/v1/users/me', { token });

describe('POST /v1/introspect', () => {
  it('says whose token it is, and since when', async () => {
    const service = await startService();
    const ada = await register(service);
    const loggedIn = service.clock.now() / 1000;
    service.clock.advance(60_000);
    const refreshed = await call(service, 'POST', '/v1/auth/refresh', {
      json: { refresh_token: ada.refreshToken },
    });
    const { token } = (refreshed.body as { auth: { token: string } }).auth;
    const reply = await introspect(service, letIn(service, 'introspect'), { token });
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(reply.body).toEqual({
      active: true,
      sub: ada.userId,
      sid: ada.sessionId,
      username: 'ada@example.com',
      email_verified: false,
      iat: Math.floor(loggedIn) + 60,
      exp: Math.floor(loggedIn) + 60 + 3600,
      auth_time: Math.floor(loggedIn),
      token_type: 'Bearer',
    });
  });

  it('shows a change of the user at once', async () => {
    const service = await startService();
    const { token, userId } = await register(service);
    const caller = letIn(service, 'introspect');
    const isVerified = async () => (await introspect(service, caller, { token })).body;
    for (const emailVerifiedAt of [null, service.clock.now(), null]) {
      await service.users.update(parseUserId(userId), (user) => ({
        ...user,
        emailVerifiedAt,
        version: user.version + 1,
      }));
      for (let times = 0; times < 2; times++) {
        expect(await isVerified()).toMatchObject({ active: true, email_verified: emailVerifiedAt !== null });
      }
    }
  });

  it('says nothing but that it is not active about every other text', async () => {
    const service = await startService();
    const { token, refreshToken } = await register(service);
    const caller = letIn(service, 'introspect');
    const over = await register(service, { email: 'bob@example.com' });
    await call(service, 'POST', '/v1/auth/logout', { token: over.token });
    for (const other of [refreshToken, over.token, caller, '', 'atk_', `${token} `, 'ü'.repeat(1000)]) {
      expect((await introspect(service, caller, { token: other })).body).toEqual({ active: false });
    }
    const hinted = { token, token_type_hint: 'refresh_token', client_id: 'billing' };
    expect((await introspect(service, caller, hinted)).body).toMatchObject({ active: true });
    service.clock.advance(3_600_000);
    expect((await introspect(service, caller, { token })).body).toEqual({ active: false });
  });

  it('is logged when it is refused, and not when it succeeds, as a session check is', async () => {
    const service = await startService();
    const { token } = await register(service);
    const caller = letIn(service, 'introspect');
    service.logger.lines.length = 0;
    await introspect(service, caller, { token });
    expect(service.logger.lines).toEqual([]);
    await introspect(service, caller, {});
    expect(service.logger.lines).toMatchObject([{ details: { route: '/v1/introspect', status: 422 } }]);
  });

  it('takes a form with a token, and nothing else', async () => {
    const service = await startService();
    const token = letIn(service, 'introspect');
    const post = (request: object) => call(service.internal, 'POST', '/v1/introspect', { token, ...request });
    const missing = [{ pointer: '/token', detail: 'is required' }];
    expect(await introspect(service, token, {})).toMatchObject({ status: 422, body: { errors: missing } });
    expect(await introspect(service, token, { t: '' })).toMatchObject({ body: { errors: missing } });
    expect((await post({ json: { token } })).status).toBe(415);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post({ headers, body: 'token=a&token=b' })).status).toBe(422);
    expect((await post({ headers, body: 'token=%zz%ff' })).body).toEqual({ active: false });
    expect((await post({ headers, body: `token=${'a'.repeat(65_536)}` })).status).toBe(413);
  });
});

describe('who may introspect', () => {
  it('is a service with the scope', async () => {
    const service = await startService();
    const { token } = await register(service);
    const reply = await introspect(service, letIn(service, 'users:read', 'audit:read'), { token });
    expect(reply).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
    expect(reply.headers['www-authenticate']).toBe(
      'Bearer realm="user-management", error="insufficient_scope", scope="introspect"',
    );
  });

  it('is nobody without a service token, and no person', async () => {
    const service = await startService();
    const { token } = await register(service);
    const anonymous = await call(service.internal, 'POST', '/v1/introspect', { form: { token } });
    expect(anonymous.headers['www-authenticate']).toBe('Bearer realm="user-management"');
    for (const caller of [token, 'svc_', `svc_${'A'.repeat(43)}`]) {
      const reply = await introspect(service, caller, { token });
      expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect(reply.headers['www-authenticate']).toBe('Bearer realm="user-management", error="invalid_token"');
    }
  });

  it('ends at the time of the entry, and not before', async () => {
    const service = await startService();
    const { token } = await register(service);
    const caller = letIn(service, 'introspect');
    const notAfter = parseTimestamp(service.clock.now() + 1000);
    service.serviceTokens.replace(service.serviceTokens.entries().map((entry) => ({ ...entry, notAfter })));
    service.clock.advance(999);
    expect((await introspect(service, caller, { token })).status).toBe(200);
    service.clock.advance(1);
    expect((await introspect(service, caller, { token })).status).toBe(401);
  });

  it('changes without a gap when operators replace a token', async () => {
    const service = await startService();
    const { token } = await register(service);
    const before = letIn(service, 'introspect');
    const after = letIn(service, 'introspect');
    for (const caller of [before, after]) {
      expect((await introspect(service, caller, { token })).status).toBe(200);
    }
    service.serviceTokens.replace(service.serviceTokens.entries().slice(1));
    expect((await introspect(service, before, { token })).status).toBe(401);
    expect((await introspect(service, after, { token })).status).toBe(200);
  });
});

describe('POST /v1/revoke', () => {
  it.each(['token', 'refreshToken'] as const)('ends the whole session of a %s', async (kind) => {
    const service = await startService();
    const ada = await register(service);
    const other = await call(service, 'POST', '/v1/auth/login', {
      json: { email: 'ada@example.com', password: 'correct horse', device_id: 'tablet' },
    });
    const { token } = (other.body as { auth: { token: string } }).auth;
    const caller = letIn(service, 'introspect');
    for (const token of [ada[kind], ada[kind]]) {
      expect(await revoke(service, caller, { token })).toMatchObject({ status: 200, text: '' });
    }
    expect((await me(service, ada.token)).status).toBe(401);
    const json = { refresh_token: ada.refreshToken };
    expect((await call(service, 'POST', '/v1/auth/refresh', { json })).status).toBe(401);
    expect((await me(service, token)).status).toBe(200);
    const { body } = await call(service, 'GET', '/v1/users/me/activity', { token });
    const ends = (body['events'] as Record<string, unknown>[]).filter(({ type }) => type === 'session.ended');
    expect(ends).toMatchObject([{ actor: 'service:billing', session_id: ada.sessionId }]);
  });

  it('answers the same for a text that is no token, and ends nothing', async () => {
    const service = await startService();
    const { token, refreshToken } = await register(service);
    const caller = letIn(service, 'introspect');
    // The id of the session is known to many, so it must not be enough.
    const guess = `${refreshToken.slice(0, 36)}${'A'.repeat(86)}`;
    for (const text of ['', 'token', `atk_${'A'.repeat(43)}`, guess]) {
      expect(await revoke(service, caller, { token: text })).toMatchObject({ status: 200, text: '' });
    }
    expect((await me(service, token)).status).toBe(200);
  });
});

describe('/v1/check', () => {
  const check = (service: Service, headers: Record<string, string>, method = 'GET') =>
    call(service.internal, method, '/v1/check', { headers });

  it.each(['GET', 'HEAD'])('answers %s with the user of the token', async (method) => {
    const service = await startService();
    const ada = await register(service);
    const reply = await check(service, { authorization: `Bearer ${ada.token}` }, method);
    expect(reply).toMatchObject({ status: 204, text: '' });
    expect(reply.headers).toMatchObject({
      'x-user-id': ada.userId,
      'x-user-email': 'ada@example.com',
      'x-session-id': ada.sessionId,
    });
  });

  it('escapes what the user chose in the address', async () => {
    const service = await startService();
    const email = `o'hara+%41&<x>=ü@bücher.example`.replace('<x>', '');
    const { token } = await register(service, { email });
    const { headers } = await check(service, { authorization: `Bearer ${token}` });
    expect(headers['x-user-email']).toBe('o%27hara+%2541%26%3D%C3%BC@b%C3%BCcher.example');
    expect(decodeURIComponent(String(headers['x-user-email']))).toBe(email);
  });

  it('refuses every other request, whatever its headers say', async () => {
    const service = await startService();
    const ada = await register(service);
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    expect((await check(service, {})).headers['www-authenticate']).toBe('Bearer realm="user-management"');
    for (const headers of [bearer('atk_'), bearer(ada.refreshToken), bearer(letIn(service, 'introspect'))]) {
      expect(await check(service, headers)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    }
    const original = {
      'x-original-method': 'DELETE',
      'x-original-url': 'http://elsewhere.example/v1/users/me',
      'x-forwarded-uri': '/livez',
      'x-user-id': 'usr_somebody',
      'if-match': '"1"',
      'if-none-match': '*',
      'content-range': 'bytes 0-1/2',
    };
    expect((await check(service, original)).status).toBe(401);
    expect((await check(service, { ...original, ...bearer(ada.token) })).status).toBe(204);
    await call(service, 'POST', '/v1/auth/logout', { token: ada.token });
    expect((await check(service, { ...original, ...bearer(ada.token) })).status).toBe(401);
  });
});

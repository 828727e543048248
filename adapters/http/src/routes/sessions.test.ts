import { describe, expect, it } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { ADA, type Person, personIn, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const BOB = { ...ADA, email: 'bob@example.com' };

async function logIn(service: Service, headers: Record<string, string> = {}): Promise<Person> {
  const { body } = await call(service, 'POST', '/v1/auth/login', { json: ADA, headers });
  return personIn(body);
}

const statusOf = async (service: Service, { token }: { token: string }): Promise<number> =>
  (await call(service, 'GET', '/v1/users/me', { token })).status;

const refresh = (service: Service, refreshToken: unknown): Promise<Reply> =>
  call(service, 'POST', '/v1/auth/refresh', { json: { refresh_token: refreshToken } });

const tokensIn = ({ body }: Reply) => body['auth'] as Record<string, unknown>;

describe('POST /v1/auth/refresh', () => {
  it('answers with new tokens of the session, and nothing beside them', async () => {
    const service = await startService();
    const ada = await register(service);
    service.clock.advance(60_000);
    const reply = await refresh(service, ada.refreshToken);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      auth: {
        token: expect.stringMatching(/^atk_/) as string,
        expires_in: 3600,
        session_id: ada.sessionId,
        refresh_token: expect.stringMatching(/^rtk_/) as string,
        refresh_expires_in: 86_340,
      },
    });
    expect(await statusOf(service, { token: String(tokensIn(reply)['token']) })).toBe(200);
  });

  it('answers a repeat within the grace with the same tokens', async () => {
    const service = await startService();
    const ada = await register(service);
    const replies = await Promise.all(Array.from({ length: 5 }, () => refresh(service, ada.refreshToken)));
    service.clock.advance(29_000);
    replies.push(await refresh(service, ada.refreshToken));
    expect(new Set(replies.map((reply) => tokensIn(reply)['token'])).size).toBe(1);
    expect(new Set(replies.map((reply) => tokensIn(reply)['refresh_token'])).size).toBe(1);
  });

  it('ends the session of a token that is used again after the grace', async () => {
    const service = await startService();
    const ada = await register(service);
    const next = tokensIn(await refresh(service, ada.refreshToken));
    service.clock.advance(30_000);
    const reply = await refresh(service, ada.refreshToken);
    expect(reply).toMatchObject({ status: 401, body: { code: 'refresh-token-reused' } });
    expect(reply.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(await statusOf(service, { token: String(next['token']) })).toBe(401);
    expect(await refresh(service, next['refresh_token'])).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });

  it.each([
    ['an empty text', ''],
    ['a token', `atk_${'A'.repeat(43)}`],
    ['a made-up refresh token', `rtk_${'0'.repeat(32)}${'A'.repeat(86)}`],
    ['a very long text', 'r'.repeat(60_000)],
  ])('does not know %s', async (_, refreshToken) => {
    const service = await startService();
    await register(service);
    const reply = await refresh(service, refreshToken);
    expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it.each([[7], [null], [undefined], [['rtk_']], [{}]])('refuses %j as a refresh token', async (input) => {
    const reply = await refresh(await startService(), input);
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '/refresh_token' }] } });
  });

  it('kills nothing when the session is right and the rest is made up', async () => {
    const service = await startService();
    const { refreshToken, token } = await register(service);
    const wrong = `${refreshToken.slice(0, 36)}${'A'.repeat(86)}`;
    expect(await refresh(service, wrong)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await statusOf(service, { token })).toBe(200);
    expect(await refresh(service, refreshToken)).toMatchObject({ status: 200 });
  });

  it('is no bearer token', async () => {
    const service = await startService();
    const { refreshToken } = await register(service);
    expect(await statusOf(service, { token: refreshToken })).toBe(401);
  });
});

describe.each(['me', 'the own id'])('/v1/users/…/sessions with %s', (which) => {
  const pathOf = ({ path }: Person) => `${which === 'me' ? '/v1/users/me' : path}/sessions`;

  it('lists the sessions, the last seen first, with where they come from', async () => {
    const service = await startService();
    const ada = await register(service);
    service.clock.advance(30_000);
    const other = await logIn(service, { 'user-agent': 'Firefox <b>' });
    const reply = await call(service, 'GET', pathOf(ada), ada);
    const common = { device_id: 'ada-phone', ip: '127.0.0.1' };
    expect(reply.body).toEqual({
      sessions: [
        {
          ...common,
          session_id: other.sessionId,
          current: false,
          user_agent: 'Firefox ?b?',
          created_at: '2026-01-31T09:30:30.000Z',
          last_seen_at: '2026-01-31T09:30:30.000Z',
          expires_at: '2026-01-31T21:30:30.000Z',
        },
        {
          ...common,
          session_id: ada.sessionId,
          current: true,
          user_agent: null,
          created_at: '2026-01-31T09:30:00.000Z',
          last_seen_at: '2026-01-31T09:30:00.000Z',
          expires_at: '2026-01-31T21:30:00.000Z',
        },
      ],
    });
  });

  it('ends one session, also twice', async () => {
    const service = await startService();
    const ada = await register(service);
    const other = await logIn(service);
    for (let n = 0; n < 2; n++) {
      const reply = await call(service, 'DELETE', `${pathOf(ada)}/${other.sessionId}`, ada);
      expect(reply).toMatchObject({ status: 204, text: '' });
    }
    expect(await statusOf(service, other)).toBe(401);
    expect(await refresh(service, other.refreshToken)).toMatchObject({ status: 401 });
    expect(await statusOf(service, ada)).toBe(200);
  });

  it('does not tell the session of another user from one that never was', async () => {
    const service = await startService();
    const ada = await register(service);
    const bob = await register(service, BOB);
    const ids = [bob.sessionId, `ses_${'0'.repeat(32)}`, 'ses_1', '%00', '..%2f', bob.userId];
    const replies = await Promise.all(ids.map((id) => call(service, 'DELETE', `${pathOf(ada)}/${id}`, ada)));
    for (const { status, body } of replies) {
      expect({ status, code: body['code'], detail: body['detail'] }).toEqual({
        status: 404,
        code: 'not-found',
        detail: 'There is no such session.',
      });
    }
    expect(await statusOf(service, bob)).toBe(200);
  });

  it('ends all the others', async () => {
    const service = await startService();
    const ada = await register(service);
    const other = await logIn(service);
    expect(await call(service, 'DELETE', pathOf(ada), ada)).toMatchObject({ status: 204 });
    expect(await statusOf(service, other)).toBe(401);
    expect(await statusOf(service, ada)).toBe(200);
  });

  it('ends the own one as well when asked to', async () => {
    const service = await startService();
    const ada = await register(service);
    const other = await logIn(service);
    expect(await call(service, 'DELETE', `${pathOf(ada)}?all=true`, ada)).toMatchObject({ status: 204 });
    for (const person of [ada, other]) expect(await statusOf(service, person)).toBe(401);
  });

  it.each(['all=maybe', 'all=', 'all', 'all=true&all=false'])('refuses the query %s', async (query) => {
    const service = await startService();
    const ada = await register(service);
    const reply = await call(service, 'DELETE', `${pathOf(ada)}?${query}`, ada);
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
    expect(reply.text).toContain('The query parameter all must be ');
    expect(await statusOf(service, ada)).toBe(200);
  });
});

describe('the sessions of another user', () => {
  it.each([
    ['GET', '/sessions'],
    ['DELETE', '/sessions'],
    ['DELETE', '/sessions/{id}'],
  ])('are out of reach: %s %s', async (method, path) => {
    const service = await startService();
    const ada = await register(service);
    const bob = await register(service, BOB);
    const target = `${bob.path}${path.replace('{id}', bob.sessionId)}`;
    expect(await call(service, method, target, ada)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await statusOf(service, bob)).toBe(200);
  });
});

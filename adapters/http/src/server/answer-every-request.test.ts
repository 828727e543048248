import type { Socket } from 'node:net';
import { once } from 'node:events';
import { DependencyUnavailable, Overloaded } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { ADA, register } from '../testing/people.ts';
import { open, sendRaw } from '../testing/raw.ts';
import { startService } from '../testing/service.ts';

describe('the request id', () => {
  it.each(['a', '0af7651916cd43dd8448eb211c80319c', '!"#$%&()*~', 'x'.repeat(128)])(
    'is that of the request: %s',
    async (id) => {
      const service = await startService();
      const reply = await call(service, 'GET', '/nothing', { headers: { 'x-request-id': id } });
      expect(reply).toMatchObject({ headers: { 'x-request-id': id }, body: { request_id: id } });
    },
  );

  it.each(['', 'x'.repeat(129), 'a b', 'a\tb', 'é'])('is a new one instead of %j', async (id) => {
    const service = await startService();
    const reply = await call(service, 'GET', '/livez', { headers: { 'x-request-id': id } });
    expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f]{24}-\d+$/);
  });

  it('is a new one for each request', async () => {
    const service = await startService();
    const replies = await Promise.all(Array.from({ length: 50 }, () => call(service, 'GET', '/livez')));
    expect(new Set(replies.map(({ headers }) => headers['x-request-id'])).size).toBe(50);
  });
});

describe('an error that nobody foresaw', () => {
  it('tells the client nothing but the request id, which leads to the cause in the log', async () => {
    const service = await startService();
    const { token } = await register(service);
    const cause = new TypeError('connect redis.internal:6379 failed for SELECT * FROM users');
    service.useCases.authenticate = () => Promise.reject(cause);
    const reply = await call(service, 'GET', '/v1/users/me', {
      token,
      headers: { 'x-request-id': 'find-me' },
    });
    expect(reply).toMatchObject({ status: 500, body: { code: 'internal-error' } });
    expect(reply.text).not.toMatch(/redis|SELECT|TypeError|\.ts/);
    expect(service.logger.lines.at(-1)).toEqual({
      level: 'error',
      message: 'Failed',
      details: {
        request_id: 'find-me',
        method: 'GET',
        route: '/v1/users/me',
        status: 500,
        duration_ms: expect.any(Number) as number,
        code: 'internal-error',
        err: cause,
      },
    });
  });

  it('may be anything that can be thrown', async () => {
    const service = await startService();
    const { token } = await register(service);
    for (const thrown of [undefined, null, 'text', { status: 200, expose: true, message: 'hidden' }]) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the point
      service.useCases.authenticate = () => Promise.reject(thrown);
      const reply = await call(service, 'GET', '/v1/users/me', { token });
      expect(reply).toMatchObject({ status: 500, body: { code: 'internal-error' } });
      expect(reply.text).not.toContain('hidden');
      expect(service.logger.lines.at(-1)).toMatchObject({ level: 'error' });
    }
  });
});

describe('a service that cannot answer now', () => {
  it('says when to ask again where too many passwords wait', async () => {
    const service = await startService();
    service.useCases.logIn = () => Promise.reject(new Overloaded(2.5));
    const reply = await call(service, 'POST', '/v1/auth/login', { json: ADA });
    expect(reply).toMatchObject({
      status: 503,
      body: { code: 'overloaded' },
      headers: { 'retry-after': '3' },
    });
    expect(service.logger.lines.at(-1)).toMatchObject({ level: 'info', message: 'Refused' });
  });

  it('says when to ask again where Redis or the store is away, and not where it looked for it', async () => {
    const service = await startService();
    const cause = new Error('connect ECONNREFUSED 10.0.0.7:6379');
    service.useCases.registerUser = () => Promise.reject(new DependencyUnavailable('token store', { cause }));
    const reply = await call(service, 'POST', '/v1/users/register', { json: ADA });
    expect(reply).toMatchObject({ status: 503, body: { code: 'dependency-unavailable' } });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(reply.text).not.toContain('10.0.0.7');
    expect(service.logger.lines.at(-1)).toMatchObject({ level: 'error', details: { err: { cause } } });
  });
});

describe('the log', () => {
  it('has one line for each request that changes something or is refused', async () => {
    const service = await startService();
    const ada = await register(service);
    await call(service, 'GET', ada.path, ada);
    await call(service, 'HEAD', ada.path, ada);
    await call(service, 'PUT', `${ada.path}/preferences`, { ...ada, json: {} });
    await call(service, 'GET', '/v1/users/me');
    await call(service, 'GET', '/nothing');
    expect(service.logger.lines).toMatchObject([
      {
        level: 'info',
        message: 'Answered',
        details: { method: 'POST', route: '/v1/users/register', status: 201 },
      },
      { level: 'info', details: { method: 'PUT', route: '/v1/users/{user_id}/preferences', status: 200 } },
      {
        level: 'info',
        message: 'Refused',
        details: { route: '/v1/users/me', status: 401, code: 'unauthenticated' },
      },
      { level: 'info', message: 'Refused', details: { route: 'unmatched', status: 404, code: 'not-found' } },
    ]);
  });

  it('has no error for a service that says of itself that it drains', async () => {
    const service = await startService();
    Object.assign(service.state, { status: 'draining', serving: false });
    await call(service, 'GET', '/readyz');
    expect(service.logger.lines).toMatchObject([
      { level: 'info', details: { route: '/readyz', status: 503 } },
    ]);
  });

  it('never has a password, a token, an id or a query string', async () => {
    const service = await startService();
    const ada = await register(service);
    await call(service, 'POST', '/v1/auth/login?password=in-the-query', {
      json: { ...ADA, password: 'wrong guess' },
    });
    await call(service, 'PUT', `${ada.path}/preferences`, { ...ada, json: { note: 'private' } });
    await call(service, 'GET', `${ada.path}?token=${ada.token}`, { token: 'atk_forged' });
    await call(service, 'POST', '/v1/auth/logout', ada);
    const log = JSON.stringify(service.logger.lines);
    for (const secret of [
      ADA.password,
      'wrong guess',
      'in-the-query',
      'private',
      ada.token,
      'atk_',
      ada.userId,
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('the observer', () => {
  it('hears of every answer, by the template of its route', async () => {
    const service = await startService();
    const ada = await register(service);
    await call(service, 'GET', ada.path, ada);
    await call(service, 'GET', '/v1/users/other', ada);
    await call(service, 'GET', `/${ada.userId}`);
    await call(service, 'POST', ada.path);
    await call(service, 'PROPFIND', ada.path);
    const seconds = expect.any(Number) as number;
    expect(service.observer.answers).toEqual([
      { route: '/v1/users/register', method: 'POST', status: 201, seconds },
      { route: '/v1/users/{user_id}', method: 'GET', status: 200, seconds },
      { route: '/v1/users/{user_id}', method: 'GET', status: 403, seconds },
      { route: 'unmatched', method: 'GET', status: 404, seconds },
      { route: 'unmatched', method: 'POST', status: 405, seconds },
      { route: 'unmatched', method: 'OTHER', status: 405, seconds },
    ]);
  });
});

describe('a service that drains', () => {
  it('ends each connection with its answer, also to a request that came in before', async () => {
    const service = await startService();
    const { token } = await register(service);
    const { authenticate } = service.useCases;
    service.useCases.authenticate = (...args) => {
      Object.assign(service.state, { status: 'draining', serving: false });
      return authenticate(...args);
    };
    const request = { token, headers: { connection: 'keep-alive' } };
    const reply = await call(service, 'GET', '/v1/users/me', request);
    expect(reply).toMatchObject({ status: 200, headers: { connection: 'close' } });
    expect(await call(service, 'GET', '/nothing', request)).toMatchObject({
      status: 404,
      headers: { connection: 'close' },
    });
  });

  it('keeps connections until then', async () => {
    const service = await startService();
    const reply = await call(service, 'GET', '/livez', { headers: { connection: 'keep-alive' } });
    expect(reply).toMatchObject({ headers: { connection: 'keep-alive' } });
  });
});

describe('a client that goes away while its request is worked on', () => {
  it('leaves a line in the log and nothing else', async () => {
    const service = await startService();
    const { token } = await register(service);
    const arrived = once(service.server, 'connection') as Promise<[Socket]>;
    const socket = await open(service);
    const [connection] = await arrived;
    const { authenticate } = service.useCases;
    const begun = new Promise<void>((begin) => {
      service.useCases.authenticate = async (...args) => {
        begin();
        await once(service.server, 'gone');
        return authenticate(...args);
      };
    });
    socket.write(`GET /v1/users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await begun;
    const gone = new Promise((resolve) => connection.once('close', resolve));
    socket.resetAndDestroy();
    await gone;
    service.server.emit('gone');
    await expect.poll(() => service.logger.lines.at(-1)?.message).toBe('An answer could not be delivered');
    expect(await call(service, 'GET', '/livez')).toMatchObject({ status: 200 });
    expect(service.logger.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });
});

describe('the header Host', () => {
  it('has to be there in HTTP/1.1', async () => {
    const service = await startService();
    const answer = await sendRaw(service, 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*X-Request-Id: .*"code":"malformed-request"/s);
  });

  it('may be missing in HTTP/1.0', async () => {
    const service = await startService();
    expect(await sendRaw(service, 'GET /livez HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });
});

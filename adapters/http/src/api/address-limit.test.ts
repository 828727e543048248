import { DependencyUnavailable } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { trustedProxies } from '../request/client-address.ts';
import { routes } from '../testing/api.ts';
import { call, type Reply } from '../testing/client.ts';
import { ADA, register } from '../testing/people.ts';
import { sendRaw } from '../testing/raw.ts';
import { type Service, startService } from '../testing/service.ts';

const REFRESH = '/v1/auth/refresh';
const UNKNOWN = { refresh_token: `rtk_${'A'.repeat(43)}` };

/** The service behind one proxy, which names the client. */
const behindProxy = (limit = 60) =>
  startService({
    isTrustedProxy: trustedProxies(['127.0.0.1/32']),
    addressRate: { limit, seconds: 60 },
  });

const post = (service: Service, path: string, address: string, json: unknown = UNKNOWN): Promise<Reply> =>
  call(service, 'POST', path, { json, headers: { 'x-forwarded-for': address } });

async function spend(service: Service, path: string, address: string, times: number): Promise<Reply> {
  const replies = await Promise.all(Array.from({ length: times }, () => post(service, path, address)));
  expect(replies.map(({ status }) => status)).not.toContain(429);
  return post(service, path, address);
}

const REQUESTS = 100;
/** Milliseconds of CPU for a refused request. */
const COST = 1;

describe('the limit per client address', () => {
  it('refuses the 61st request in a minute, and says when the next one is allowed', async () => {
    const service = await behindProxy();
    const { status, headers, body } = await spend(service, REFRESH, '192.0.2.1', 60);
    expect(status).toBe(429);
    expect(body).toMatchObject({ code: 'rate-limited', title: 'Too many requests' });
    expect(headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-policy': '"refreshSession";q=60;w=60',
      ratelimit: '"refreshSession";r=0;t=1',
    });
  });

  it('tells in each answer what is left, also in a refusal for another reason', async () => {
    const service = await behindProxy();
    const { headers } = await post(service, '/v1/users/register', '192.0.2.1', ADA);
    expect(headers['ratelimit-policy']).toBe('"registerUser";q=60;w=60');
    expect(headers['ratelimit']).toBe('"registerUser";r=59;t=1');
    const refused = await post(service, '/v1/users/register', '192.0.2.1', {});
    expect(refused).toMatchObject({ status: 422, headers: { ratelimit: '"registerUser";r=58;t=1' } });
  });

  it('waits longer than a second where the rate is slower', async () => {
    const service = await startService({ addressRate: { limit: 2, seconds: 60 } });
    for (let n = 0; n < 2; n += 1) await call(service, 'POST', REFRESH, { json: UNKNOWN });
    service.clock.advance(500);
    const { headers } = await call(service, 'POST', REFRESH, { json: UNKNOWN });
    expect(headers).toMatchObject({ 'retry-after': '30', ratelimit: '"refreshSession";r=0;t=30' });
  });

  it('allows the next request after the wait, and all of them after the window', async () => {
    const service = await behindProxy();
    expect((await spend(service, REFRESH, '192.0.2.1', 60)).status).toBe(429);
    service.clock.advance(1_000);
    expect((await spend(service, REFRESH, '192.0.2.1', 1)).status).toBe(429);
    service.clock.advance(60_000);
    expect((await spend(service, REFRESH, '192.0.2.1', 60)).status).toBe(429);
  });

  it('holds for a session that checks passwords, in place of others who wait for a hash', async () => {
    const service = await behindProxy(3);
    const { token } = await register(service);
    const json = { password: 'not the password' };
    const hashes = service.hasher.verified.length;
    for (const status of [403, 403, 403, 429, 429]) {
      expect(await call(service, 'DELETE', '/v1/users/me', { token, json })).toMatchObject({ status });
    }
    expect(service.hasher.verified).toHaveLength(hashes + 3);
    expect((await call(service, 'GET', '/v1/users/me', { token })).status).toBe(200);
  });

  it('counts each address and each operation on its own', async () => {
    const service = await behindProxy();
    expect((await spend(service, REFRESH, '192.0.2.1', 60)).status).toBe(429);
    expect((await post(service, REFRESH, '192.0.2.2')).status).toBe(401);
    expect((await post(service, '/v1/auth/login', '192.0.2.1')).status).toBe(422);
  });

  it('counts IPv6 by its network of 64 bits', async () => {
    const service = await behindProxy();
    expect((await spend(service, REFRESH, '2001:db8::1', 60)).status).toBe(429);
    expect((await post(service, REFRESH, '2001:db8::ffff:2:1')).status).toBe(429);
    expect((await post(service, REFRESH, '2001:db8:0:1::1')).status).toBe(401);
  });

  it('does not believe what a stranger says about the address', async () => {
    const service = await startService({ addressRate: { limit: 1, seconds: 60 } });
    expect((await post(service, REFRESH, '192.0.2.1')).status).toBe(401);
    expect((await post(service, REFRESH, '192.0.2.2')).status).toBe(429);
  });

  it('is off without a rate, and then says nothing', async () => {
    const service = await startService({ addressRate: null });
    const { status, headers } = await spend(service, REFRESH, '192.0.2.1', 100);
    expect(status).toBe(401);
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
  });

  it('lets no login pass that it cannot count', async () => {
    const service = await behindProxy();
    await register(service);
    service.limiter.use = () => Promise.reject(new DependencyUnavailable('rate limiter'));
    const { status, headers, body } = await post(service, '/v1/auth/login', '192.0.2.1', ADA);
    expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'dependency-unavailable' });
    expect(headers).not.toHaveProperty('ratelimit');
    expect(service.hasher.verified).toEqual([]);
  });

  it('tells the metrics of each address and of each refusal', async () => {
    const told: string[] = [];
    const metrics = {
      contentType: 'text/plain',
      render: () => Promise.resolve(''),
      rateLimited: (limit: string) => void told.push(limit),
      addressCounted: (address: string) => void told.push(address),
    };
    const service = await startService({ metrics, addressRate: { limit: 1, seconds: 60 } });
    for (let n = 0; n < 2; n += 1) await call(service, 'POST', REFRESH, { json: UNKNOWN });
    expect(told).toEqual(['127.0.0.1', '127.0.0.1', 'address']);
  });
});

describe('a refused login', () => {
  it('is refused before its body is read, and checks no password', async () => {
    const service = await behindProxy(1);
    await post(service, '/v1/auth/login', '192.0.2.1', ADA);
    const before = service.hasher.verified.length;
    const refused = await post(service, '/v1/auth/login', '192.0.2.1', ADA);
    const headers = { 'x-forwarded-for': '192.0.2.1', 'content-type': 'application/json' };
    const garbled = await call(service, 'POST', '/v1/auth/login', { body: '{', headers });
    expect([refused.status, garbled.status]).toEqual([429, 429]);
    expect(service.hasher.verified).toHaveLength(before);
  });

  it('costs less than a millisecond of CPU', async () => {
    const service = await behindProxy(1);
    await post(service, '/v1/auth/login', '127.0.0.1', ADA);
    const body = JSON.stringify(ADA);
    const head =
      'POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
      `Content-Length: ${body.length}\r\n`;
    // A client that does next to nothing: all requests in one piece, on one connection.
    const more = `${head}\r\n${body}`.repeat(REQUESTS - 1);
    const costs: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const before = process.threadCpuUsage();
      const text = await sendRaw(service, `${more}${head}Connection: close\r\n\r\n${body}`);
      const { user, system } = process.threadCpuUsage(before);
      expect(text.split('HTTP/1.1 429 ')).toHaveLength(REQUESTS + 1);
      costs.push((user + system) / 1000 / REQUESTS);
    }
    expect(Math.min(...costs)).toBeLessThan(COST);
  });
});

const LIMITED = [
  'registerUser',
  'confirmRegistration',
  'logIn',
  'refreshSession',
  'requestPasswordReset',
  'resetPassword',
  'confirmEmail',
  'undoEmailChange',
  'changeMyPassword',
  'changePassword',
  'requestMyEmailChange',
  'requestEmailChange',
  'deleteMe',
  'deleteUser',
];

it('holds for each operation on an account that is public or checks a password, and for no other', () => {
  const limited = routes.filter((route) => route.limited).map(({ operationId }) => operationId);
  expect(limited.sort()).toEqual([...LIMITED].sort());
});

describe.each(routes.filter(({ limited }) => limited))('the description of $operationId', (route) => {
  it('has the problem and the headers', async () => {
    const { text } = await call(await startService(), 'GET', '/openapi.json');
    const { paths } = JSON.parse(text) as Description;
    const responses = paths[route.path]?.[route.method.toLowerCase()]?.responses ?? {};
    expect(responses).toHaveProperty('429');
    for (const { headers } of Object.values(responses)) {
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(['RateLimit', 'RateLimit-Policy']));
    }
    expect(responses['429']?.headers).toHaveProperty('Retry-After');
  });
});

interface Description {
  readonly paths: Record<string, Record<string, { responses: Record<string, { headers: object }> }>>;
}

import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { startService } from '../testing/service.ts';

const SITUATIONS = [
  { situation: 'all is well', state: { status: 'ok', redis: 'connected', serving: true }, http: 200 },
  {
    situation: 'development goes on in memory without Redis',
    state: { status: 'degraded', redis: 'disconnected', serving: true },
    http: 200,
  },
  {
    situation: 'Redis can be read, but refuses writes',
    state: { status: 'degraded', redis: 'read-only', serving: true },
    http: 200,
  },
  {
    situation: 'production has lost Redis',
    state: { status: 'degraded', redis: 'disconnected', serving: false },
    http: 503,
  },
  {
    situation: 'the service drains',
    state: { status: 'draining', redis: 'connected', serving: false },
    http: 503,
  },
] as const;

describe.each(SITUATIONS)('when $situation', ({ state, http }) => {
  it.each(['/health', '/health/user-management'])(`GET %s answers ${http} ${state.status}`, async (path) => {
    const service = await startService();
    Object.assign(service.state, state);
    const reply = await call(service, 'GET', path);
    expect(reply.status).toBe(http);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.body).toEqual({ status: state.status, service: 'user_management', redis: state.redis });
    expect(await call(service, 'HEAD', path)).toMatchObject({ status: http, text: '' });
  });

  it(`GET /readyz answers ${http}`, async () => {
    const service = await startService();
    Object.assign(service.state, state);
    expect(await call(service, 'GET', '/readyz')).toMatchObject({
      status: http,
      body: { status: state.status },
    });
  });

  it('GET /livez answers 200', async () => {
    const service = await startService();
    Object.assign(service.state, state);
    expect(await call(service, 'GET', '/livez')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });
});

describe('GET /metrics', () => {
  it('gives the text for Prometheus', async () => {
    const service = await startService();
    const reply = await call(service, 'GET', '/metrics');
    expect(reply).toMatchObject({ status: 200, text: 'up 1\n' });
    expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4');
  });
});

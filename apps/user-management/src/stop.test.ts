import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type RedisServer, type Service, startRedis, startService } from '@user-management/servers';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { call, me, newEmail, newUser, PASSWORD } from './testing/client.ts';

let redis: RedisServer;
let service: Service;

const start = async (env: Record<string, string> = {}) => {
  service = await startService({
    APP_ENV: 'production',
    DATABASE_URL: 'redis:',
    REDIS_HOST: redis.host,
    REDIS_PORT: String(redis.port),
    ...env,
  });
};

beforeAll(async () => {
  redis = await startRedis({ args: ['--appendonly', 'yes'] });
});
afterEach(() => service.stop());
afterAll(() => redis.stop());

it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s', async (signal) => {
  await start();
  service.signal(signal);
  expect(await service.exit).toBe(0);
});

it('is not ready at once after a signal, but serves until the delay is over', async () => {
  await start({ SHUTDOWN_DELAY_MS: '2000' });
  const user = await newUser(service);
  service.signal('SIGTERM');
  await expect
    .poll(() => call('GET', `${service.url}/health`), { timeout: 1000 })
    .toMatchObject({
      status: 503,
      body: { status: 'draining', redis: 'connected' },
    });
  expect((await call('GET', `${service.url}/readyz`)).status).toBe(503);
  expect((await call('GET', `${service.url}/livez`)).status).toBe(200);
  const internal = await call('GET', `${service.internalUrl}/health`);
  expect(internal).toMatchObject({ status: 503, body: { status: 'draining', files: [] } });
  expect(internal.headers.get('connection')).toBe('close');
  const answer = await me(service, user.token);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('connection')).toBe('close');
  expect(await service.exit).toBe(0);
});

it('answers every request on accepted connections, and then asks the clients to close them', async () => {
  await start();
  const { token } = await newUser(service);
  const agents = Array.from({ length: 20 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  // The answer shows that the service has accepted the connection.
  await Promise.all(agents.map((agent) => ask(agent, token)));
  const clients = agents.map((agent, n) => askUntilTurnedAway(agent, n % 2 ? token : undefined));
  service.signal('SIGTERM');
  const endings = await Promise.all(clients);
  expect(endings).toEqual(Array<string>(20).fill('turned away'));
  expect(await service.exit).toBe(0);
});

it.each(['127.0.0.1', '0.0.0.0', '::1', '::'])(
  'answers every request that waits in the queue of the listening socket: %s',
  async (host) => {
    await start({ HOST: host });
    const { token } = await newUser(service);
    // The kernel accepts connections for a paused process and keeps their data.
    service.signal('SIGSTOP');
    const clients = await Promise.all(Array.from({ length: 200 }, () => sendOnNewConnection(token)));
    service.signal('SIGTERM');
    service.signal('SIGCONT');
    const answers = await Promise.all(clients.map(({ answer }) => answer));
    expect(new Set(answers.map((answer) => answer.split('\r\n')[0]))).toEqual(new Set(['HTTP/1.1 200 OK']));
    expect(await service.exit).toBe(0);
  },
);

it('waits for a request that is being sent', async () => {
  await start();
  const { token } = await newUser(service);
  const socket = await connectTo(service);
  const answer = text(socket);
  socket.write(`GET /v1/users/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n`);
  // Its answer shows that the service has read the data that was sent before.
  await call('GET', `${service.url}/livez`);
  service.signal('SIGTERM');
  await expect.poll(() => accepts(service)).toBe(false);
  socket.write('\r\n');
  expect(await answer).toMatch(/^HTTP\/1\.1 200 .*Connection: close/s);
  expect(await service.exit).toBe(0);
});

it('does not wait for connections without any request', async () => {
  await start();
  const silent = await Promise.all(Array.from({ length: 3 }, () => connectTo(service)));
  const closed = Promise.all(silent.map((socket) => once(socket.resume(), 'close')));
  const begin = performance.now();
  service.signal('SIGTERM');
  await closed;
  expect(await service.exit).toBe(0);
  // Well before the time limit of 10 s for a header.
  expect(performance.now() - begin).toBeLessThan(5000);
});

it('ends in time even when a request never ends', async () => {
  await start({ SHUTDOWN_TIMEOUT_MS: '300' });
  const { port } = new URL(service.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    'POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
      'Content-Length: 9\r\nExpect: 100-continue\r\n\r\n',
  );
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(chunk.toString()).toContain('100 Continue');
  service.signal('SIGTERM');
  expect(await service.exit).toBe(0);
});

async function connectTo({ url }: Service): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  await once(socket, 'connect');
  return socket;
}

async function accepts(service: Service): Promise<boolean> {
  try {
    (await connectTo(service)).destroy();
    return true;
  } catch {
    return false;
  }
}

async function sendOnNewConnection(token: string): Promise<{ answer: Promise<string> }> {
  const socket = await connectTo(service);
  const answer = text(socket).catch(String);
  const request = `GET /v1/users/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  await new Promise((sent) => socket.write(request, sent));
  return { answer };
}

/** Repeats a request on the agent's only connection until an answer asks to close it. */
async function askUntilTurnedAway(agent: Agent, token: string | undefined): Promise<string> {
  try {
    for (;;) {
      const answer = await ask(agent, token);
      if ((answer.statusCode ?? 0) >= 400) return `status ${answer.statusCode ?? 'missing'}`;
      if (answer.headers.connection === 'close') return 'turned away';
    }
  } catch (error) {
    return String(error);
  } finally {
    agent.destroy();
  }
}

async function ask(agent: Agent, token: string | undefined): Promise<IncomingMessage> {
  const { path, ...options } =
    token === undefined
      ? { path: '/v1/users/register', method: 'POST', headers: { 'content-type': 'application/json' } }
      : { path: '/v1/users/me', method: 'GET', headers: { authorization: `Bearer ${token}` } };
  const outgoing = request(service.url + path, { agent, ...options });
  outgoing.end(
    token === undefined
      ? JSON.stringify({ email: newEmail(), password: PASSWORD, device_id: 'a' })
      : undefined,
  );
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  await text(answer);
  return answer;
}

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { makeCertificates, redisCli, redisUrl, startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFor, optionsFor, secret } from '../testing/connect.ts';
import { createSmallRedis } from '../topology/create-small-redis.ts';
import type { RedisOptions } from '../topology/options.ts';
import type { Client, Extras } from './client.ts';
import { newSmallClient } from './small-client.ts';

const signal = new AbortController().signal;

function createClient(url: string, options: Partial<RedisOptions> = {}, extras: Extras = {}): Client {
  const { hostname, port } = new URL(url);
  const address = { host: hostname, port: Number(port) };
  const client = newSmallClient(address, { ...optionsFor(url), ...options }, extras, signal);
  client.on('error', () => undefined);
  onTestFinished(() => {
    client.destroy();
  });
  return client;
}

async function connect(...args: Parameters<typeof createClient>): Promise<Client> {
  const client = createClient(...args);
  await client.connect();
  return client;
}

async function start(options: Parameters<typeof startRedis>[0]) {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
}

/** A server that accepts the handshake, and answers everything else as `answer` does. */
async function serve(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write('%0\r\n');
      socket.on('data', () => {
        answer(socket);
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the small client', () => {
  it('gets each answer for its own command, and the error of a refused one', async () => {
    const client = await connect(redisUrl());
    const answers = await Promise.allSettled([
      client.sendCommand(['ECHO', 'grüße']),
      client.sendCommand(['NONSENSE']),
      client.sendCommand(['GET', 'small-client:absent']),
      client.sendCommand(['ECHO', 'x'.repeat(100_000)]),
    ]);
    expect(answers).toEqual([
      { status: 'fulfilled', value: 'grüße' },
      {
        status: 'rejected',
        reason: expect.objectContaining({
          message: expect.stringMatching(/^ERR unknown/) as string,
        }) as Error,
      },
      { status: 'fulfilled', value: null },
      { status: 'fulfilled', value: 'x'.repeat(100_000) },
    ]);
  });

  it('logs in, names itself, and chooses the database', async () => {
    const server = await start({ users: ['default off', 'app on >secret ~* &* +@all'] });
    const options = { username: secret('app'), password: secret('secret') };
    const client = await connect(server.url, options, { database: 3 });
    expect(await client.sendCommand(['CLIENT', 'INFO'])).toMatch(/name=user-management .* db=3 .* user=app /);
    await expect(connect(server.url, { ...options, password: secret('wrong') })).rejects.toThrow('WRONGPASS');
  });

  it('hears which keys change, and that all do', async () => {
    const server = await start({});
    const client = await connect(server.url, {}, { tracking: true });
    const changed: (string | undefined)[] = [];
    client.on('invalidate', (key) => changed.push(key?.toString()));
    await client.sendCommand(['MGET', 'one', 'other']);
    await redisCli(server.url, 'SET', 'one', '1');
    await redisCli(server.url, 'FLUSHALL');
    await vi.waitFor(() => expect(changed).toEqual(['one', undefined]));
  });

  it('verifies the certificate of the server', async () => {
    const tls = await makeCertificates();
    const { url } = await start({ tls, from: 'binary' });
    const client = await connect(url, { tls: { ca: secret(tls.ca) } });
    expect(await client.sendCommand(['PING'])).toBe('PONG');
    await expect(connect(url, { tls: {} })).rejects.toThrow(/certificate/);
  });

  it('fails what is in flight when the server dies, and says so once', async () => {
    const server = await start({});
    const client = await connect(server.url);
    const errors: Error[] = [];
    client.on('error', (error) => errors.push(error));
    await server.pause();
    const outcomes = Promise.allSettled([client.sendCommand(['PING']), client.sendCommand(['PING'])]);
    await server.kill();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([client.isOpen, errors.length]).toEqual([false, 1]);
    await expect(client.sendCommand(['PING'])).rejects.toThrow('the connection is closed');
  });

  it('fails what is in flight when it is destroyed, and stays silent', async () => {
    const server = await start({});
    const client = await connect(server.url);
    const errors: Error[] = [];
    client.on('error', (error) => errors.push(error));
    await server.pause();
    const ping = client.sendCommand(['PING']);
    client.destroy();
    client.destroy();
    await expect(ping).rejects.toThrow('the connection was closed');
    expect([client.isOpen, errors]).toEqual([false, []]);
  });

  it('does not connect any more when it is destroyed before', async () => {
    const openSockets = () =>
      process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
    const before = openSockets();
    const client = createClient(redisUrl());
    const connecting = client.connect();
    client.destroy();
    await expect(connecting).rejects.toThrow('the connection is closed');
    await vi.waitFor(() => expect(openSockets()).toBeLessThanOrEqual(before));
  });

  it('reports a server that cannot be reached', async () => {
    await expect(connect('redis://127.0.0.1:1')).rejects.toThrow('ECONNREFUSED');
  });

  it('ends the connection when an answer is longer than any that is needed', async () => {
    const url = await serve((socket) => {
      socket.write(`$${2 ** 30}\r\n`);
      for (let n = 0; n < 8; n += 1) socket.write('x'.repeat(2 ** 20));
    });
    const client = await connect(url);
    await expect(client.sendCommand(['GET', 'key'])).rejects.toThrow('an answer of more than 4194304 bytes');
    expect(client.isOpen).toBe(false);
  });

  it('takes any number of answers that are not too long', async () => {
    const client = await connect(redisUrl());
    const echo = ['ECHO', 'x'.repeat(2 ** 20)];
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.sendCommand<string>(echo)));
    expect(answers.map(({ length }) => length)).toEqual(Array(8).fill(2 ** 20));
  });

  it('ends the connection when the server does not speak the protocol', async () => {
    const url = await serve((socket) => {
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const client = await connect(url);
    await expect(client.sendCommand(['GET', 'key'])).rejects.toThrow();
    expect(client.isOpen).toBe(false);
  });
});

describe('a Redis through the small client', () => {
  it('reconnects after a loss', async () => {
    const server = await start({});
    const { redis } = createFor(server.url, {}, createSmallRedis);
    await redis.connect();
    await server.kill();
    await vi.waitFor(() => expect(redis.state).toBe('disconnected'));
    await server.restart();
    await vi.waitFor(() => expect(redis.state).toBe('connected'), 10_000);
    expect(await redis.run('', (session) => session.send(['PING']))).toBe('PONG');
  });
});

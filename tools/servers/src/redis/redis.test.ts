import { createClient } from 'redis';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificates } from '../certificates.ts';
import { accepts } from '../running/accepts.ts';
import { startOwner } from '../testing/owner.ts';
import { redisUrl } from '../vitest/worker.ts';
import { type RedisOptions, type RedisServer, startRedis } from './redis.ts';

/** Functions that close all clients and servers, called in reverse order. */
const opened: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function start(options?: RedisOptions): Promise<RedisServer> {
  const server = await startRedis(options);
  opened.push(() => server.stop());
  return server;
}

type Options = NonNullable<Parameters<typeof createClient>[0]>;

async function connect(url: string, options: Options = {}) {
  const client = createClient({ url, ...options, socket: { reconnectStrategy: false, ...options.socket } });
  client.on('error', () => undefined);
  await client.connect();
  opened.push(() => {
    client.destroy();
    return undefined;
  });
  return client;
}

const isListening = ({ host, port }: { host: string; port: number }): Promise<boolean> => accepts(host, port);

describe('redisUrl', () => {
  it('names a database that no other worker uses', async () => {
    const client = await connect(redisUrl());
    expect(await client.sendCommand(['CLIENT', 'INFO'])).toContain(
      ` db=${process.env['VITEST_POOL_ID'] ?? ''} `,
    );
  });
});

describe('startRedis', () => {
  it('starts a server that answers at once, and stops it again', async () => {
    const server = await start();
    expect(await (await connect(server.url)).ping()).toBe('PONG');
    await server.stop();
    expect(await isListening(server)).toBe(false);
    await server.stop();
  });

  it('answers nothing while it is paused, and answers the waiting requests afterwards', async () => {
    const server = await start();
    const client = await connect(server.url);
    await server.pause();
    const answer = client.ping();
    expect(await Promise.race([answer, isListening(server)])).toBe(true);
    await server.resume();
    expect(await answer).toBe('PONG');
  });

  it('can be killed while it is paused', async () => {
    const server = await start();
    await server.pause();
    await server.kill();
    expect(await isListening(server)).toBe(false);
    await server.restart();
    expect(await (await connect(server.url)).ping()).toBe('PONG');
  });

  it('restarts on the same port, and without data when nothing was saved', async () => {
    const server = await start();
    await (await connect(server.url)).set('key', 'value');
    await server.kill();
    await server.restart();
    expect(await (await connect(server.url)).get('key')).toBeNull();
  });

  it('keeps its data folder over a crash', async () => {
    const server = await start({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    await (await connect(server.url)).set('key', 'value');
    await server.restart();
    expect(await (await connect(server.url)).get('key')).toBe('value');
  });

  it('serves only TLS, with the given certificate', async () => {
    const tls = await makeCertificates();
    const server = await start({ tls });
    const client = await connect(server.url, { socket: { tls: true, ca: tls.ca } });
    expect(await client.ping()).toBe('PONG');
    await expect(connect(server.url)).rejects.toThrow(/certificate/);
    await expect(connect(server.url.replace('rediss', 'redis'))).rejects.toThrow();
  });

  it('has the given users', async () => {
    const server = await start({ users: ['app on >secret ~app:* +@all', 'default off'] });
    const client = await connect(server.url, { username: 'app', password: 'secret' });
    expect(await client.set('app:key', 'value')).toBe('OK');
    await expect(client.get('other')).rejects.toThrow('NOPERM');
    await expect(connect(server.url, { username: 'app', password: 'wrong' })).rejects.toThrow('WRONGPASS');
  });

  it('runs as a sentinel from a given configuration', async () => {
    const primary = await start({ from: 'binary' });
    const config = `sentinel monitor main ${primary.host} ${primary.port} 1\n`;
    const sentinel = await start({ from: 'binary', config, args: ['--sentinel'] });
    const client = await connect(sentinel.url);
    expect(await client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main'])).toEqual([
      primary.host,
      String(primary.port),
    ]);
  });

  it('shows the output of a server that does not start', async () => {
    await expect(startRedis({ from: 'binary', args: ['--no-such-option', '1'] })).rejects.toThrow(
      'no-such-option',
    );
  });

  it('ends when the process that started it is killed', async () => {
    const owner = await startOwner('await servers.startRedis()');
    const { hostname, port } = new URL(owner.url);
    const server = { host: hostname, port: Number(port) };
    expect(await isListening(server)).toBe(true);
    owner.kill();
    await expect.poll(() => isListening(server), { timeout: 20_000 }).toBe(false);
  }, 30_000);
});

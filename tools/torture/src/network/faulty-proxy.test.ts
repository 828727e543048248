import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultyProxy } from './faulty-proxy.ts';

describe('FaultyProxy', () => {
  let server: Server;
  let proxy: FaultyProxy;
  let serverSide: Promise<Socket>;

  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true });
    serverSide = once(server, 'connection').then(([socket]) => socket as Socket);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    proxy = await FaultyProxy.start({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  });

  afterEach(async () => {
    await proxy.close();
    (await serverSide).destroy();
    server.close();
  });

  /** Connects a client. @returns both ends of the connection */
  async function connected(): Promise<[client: Socket, server: Socket]> {
    const client = connect({ host: proxy.host, port: proxy.port, allowHalfOpen: true });
    client.on('error', () => undefined);
    const there = await serverSide;
    there.on('error', () => undefined);
    return [client, there];
  }

  const next = async (socket: Socket): Promise<string> => {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString();
  };

  it('passes bytes in both directions, in order', async () => {
    const [client, there] = await connected();
    client.write('ping');
    expect(await next(there)).toBe('ping');
    for (const part of ['a', 'b', 'c']) there.write(part);
    there.end();
    let all = '';
    for await (const chunk of client) all += String(chunk);
    expect(all).toBe('abc');
  });

  it('passes the end of one direction and leaves the other open', async () => {
    const [client, there] = await connected();
    there.resume();
    client.end('last words');
    await once(there, 'end');
    there.write('answer');
    expect(await next(client)).toBe('answer');
  });

  it('delays each direction and keeps the order', async () => {
    const [client, there] = await connected();
    proxy.delay(20);
    const started = performance.now();
    client.write('a request');
    expect(await next(there)).toBe('a request');
    there.write('an answer');
    proxy.delay(0);
    there.write(' that is late');
    there.end();
    let all = '';
    for await (const chunk of client) all += String(chunk);
    expect(all).toBe('an answer that is late');
    // A timer may be early by a fraction of a millisecond.
    expect(performance.now() - started).toBeGreaterThan(19);
  });

  it.each(['requests', 'answers'] as const)(
    'holds %s back and lets the other direction pass',
    async (held) => {
      const [client, there] = await connected();
      const [from, to] = held === 'requests' ? [client, there] : [there, client];
      proxy.hang(held);
      from.write('held');
      to.write('passes');
      expect(await next(from)).toBe('passes');
      expect(to.bytesRead).toBe(0);
      proxy.release();
      expect(await next(to)).toBe('held');
    },
  );

  it('delivers the bytes of a client that gave up during a hang', async () => {
    const [client, there] = await connected();
    proxy.hang('requests');
    client.write('too late');
    client.destroy();
    await once(client, 'close');
    proxy.release();
    expect(await next(there)).toBe('too late');
    await once(there, 'end');
  });

  it('cuts both sides', async () => {
    const [client, there] = await connected();
    [client, there].map((socket) => socket.resume());
    const ends = Promise.all([once(client, 'end'), once(there, 'end')]);
    proxy.cut();
    await ends;
  });

  it('resets both sides', async () => {
    const [client, there] = await connected();
    const errors = Promise.all([client, there].map((socket) => errorOf(socket)));
    proxy.reset();
    expect(await errors).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  it('leaves a connection half open, so that the client sends without an answer', async () => {
    const [client, there] = await connected();
    const ended = once(there.resume(), 'end');
    proxy.vanish();
    await ended;
    await new Promise<void>((sent) => client.write('anybody?', () => sent()));
    client.end();
    await once(client.resume(), 'close');
    expect(client.bytesRead).toBe(0);
  });

  it('ends a client when the server does not listen', async () => {
    const [, there] = await connected();
    there.destroy();
    server.close();
    const client = connect({ host: proxy.host, port: proxy.port });
    await once(client.resume(), 'close');
    expect(client.bytesRead).toBe(0);
  });
});

async function errorOf(socket: Socket): Promise<unknown> {
  const error: unknown = await new Promise((resolve) => socket.once('error', resolve));
  return (error as NodeJS.ErrnoException).code;
}

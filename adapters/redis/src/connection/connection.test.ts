import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { type Certificates, makeCertificates, startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect, createFor, secret } from '../testing/connect.ts';

/** Answers every command with one error, as an old server or a proxy does. */
async function refusing(answer: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const commands = data.toString().match(/^\*/gm) ?? [];
      socket.write(`-${answer}\r\n`.repeat(commands.length));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a server without RESP3', () => {
  it.each(["ERR unknown command 'HELLO'", 'ERR unknown command `HELLO`, with args', 'NOPROTO sorry'])(
    'that answers "%s" is refused, and the error names the needed version',
    async (answer) => {
      const { redis } = createFor(await refusing(answer));
      await expect(redis.connect()).rejects.toThrow('does not support RESP3');
    },
  );
});

describe('TLS', () => {
  const start = async (tls: Certificates) => {
    const server = await startRedis({ tls, from: 'binary' });
    onTestFinished(() => server.stop());
    return server;
  };

  it('is refused when the certificate has expired', async () => {
    const tls = await makeCertificates(undefined, { expired: true });
    const { redis } = createFor((await start(tls)).url, { tls: { ca: secret(tls.ca) } });
    await expect(redis.connect()).rejects.toThrow('certificate has expired');
  });

  it('sends the name of the server, so that one address can serve several', async () => {
    const { cert, key, ca } = await makeCertificates();
    const named = Promise.withResolvers<string>();
    const server = createTlsServer({
      SNICallback(name, done) {
        named.resolve(name);
        done(null, createSecureContext({ cert, key }));
      },
    });
    server.listen(0, 'localhost');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { redis } = createFor(`rediss://localhost:${port}`, { tls: { ca: secret(ca) } });
    redis.connect().catch(() => undefined);
    expect(await named.promise).toBe('localhost');
  });

  it('survives the exchange of a certificate when both authorities are trusted', async () => {
    const [before, after] = [await makeCertificates(), await makeCertificates()];
    const server = await start(before);
    const { redis } = await connect(server.url, { tls: { ca: secret([before.ca, after.ca].join('\n')) } });
    const get = () => redis.run('key', (session) => session.send(['GET', 'key']));
    const configure = (...command: string[]) =>
      redis.run('', (session) => session.send(['CONFIG', ...command]));
    const [cert, key] = await Promise.all(
      ['tls-cert-file', 'tls-key-file'].map(async (name) => {
        const reply: unknown = await configure('GET', name);
        return String((reply as Record<string, string>)[name]);
      }),
    );
    if (!cert || !key) throw new Error('Redis does not tell its files');
    await Promise.all([writeFile(cert, after.cert), writeFile(key, after.key)]);
    await configure('SET', 'tls-cert-file', cert, 'tls-key-file', key);
    expect(await get()).toBeNull();
    await expect(createFor(server.url, { tls: { ca: secret(before.ca) } }).redis.connect()).rejects.toThrow(
      /certificate/,
    );
    await redis.run('', (session) => session.send(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no']));
    await vi.waitFor(async () => expect(await get()).toBeNull(), 5_000);
  });
});

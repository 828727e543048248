import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterwards } from './clean-up.ts';

/** The answer to a session that brings an unknown parameter, word for word as PgBouncer 1.18 gives it. */
const REFUSAL = message('E', 'SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0');

/** The server's word that it waits for a statement, outside of a transaction. */
const IDLE = message('Z', 'I');

/** Ends settings, prepared statements, advisory locks and temporary tables. */
const FORGET = message('Q', 'DISCARD ALL\0');

/**
 * Stands before PostgreSQL as PgBouncer does when it pools transactions. It refuses parameters that it does
 * not know. What a session had is gone after each transaction, as if the next one came in another session.
 * @returns the URL to use instead.
 */
export async function behindStrictPooler(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const server = createServer((client) => {
    client.on('error', () => undefined);
    client.once('data', (startup: Buffer) => {
      if (startup.includes('statement_timeout')) {
        client.end(REFUSAL);
        return;
      }
      const upstream = connect(Number(port || 5432), hostname);
      upstream.on('error', () => undefined);
      upstream.write(startup);
      client.pipe(upstream);
      void answer(upstream, client).catch(() => client.destroy());
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  afterwards(() => server.close());
  const pooled = new URL(url);
  pooled.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return pooled.href;
}

async function answer(upstream: Socket, client: Socket): Promise<void> {
  let forgetting = false;
  for await (const received of messages(upstream)) {
    const isIdle = received.equals(IDLE);
    if (isIdle === forgetting) client.write(received);
    if (!isIdle) continue;
    if (!forgetting) upstream.write(FORGET);
    forgetting = !forgetting;
  }
  client.end();
}

async function* messages(socket: Socket): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of socket) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const length = 1 + rest.readInt32BE(1);
      yield rest.subarray(0, length);
      rest = rest.subarray(length);
    }
  }
}

/** A type, the length of what follows it, and a body. */
function message(type: string, body: string): Buffer {
  const bytes = Buffer.from(`${type}\0\0\0\0${body}`);
  bytes.writeInt32BE(bytes.length - 1, 1);
  return bytes;
}

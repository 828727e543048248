import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Not from the range that the kernel takes for outgoing connections: a client that keeps reconnecting to a
 * killed server's port would get that very port as its own some day and talk to itself. A Redis Cluster also
 * takes the port 10,000 higher.
 */
const LOWEST = 10_000;
const HIGHEST = 22_000;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, Server as TcpServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { closeUnused } from './connections.ts';

/** How long a connection may stay without a request: the first one may be on its way. */
const LINGER_MS = 250;

/** How often connections are looked through: they fall idle one by one. */
const SWEEP_MS = 20;

/**
 * Stops listening, finishes every request that has arrived within `timeoutMs`, and closes all connections.
 */
export async function drain(server: Server, timeoutMs: number): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  await acceptAll(server, deadline);
  const closed = once(server, 'close');
  stopListening(server);
  await wait(Math.min(LINGER_MS, timeoutMs));
  const close = () => {
    if (deadline.aborted) server.closeAllConnections();
    else closeUnused(server);
  };
  // Timers run before the event loop reads what has arrived, immediates after it.
  const sweep = setInterval(() => setImmediate(close), SWEEP_MS);
  await closed;
  clearInterval(sweep);
}

/** `http.Server.close` would also cut idle connections at once. Its base class only stops listening. */
function stopListening(server: Server): void {
  TcpServer.prototype.close.call(server);
}

/**
 * Accepts every connection that the kernel has completed. Closing the listening socket would reset others.
 * Node accepts one in each turn of its event loop, so many of them wait for a busy process. The limit is for
 * clients that keep connecting.
 */
async function acceptAll(server: Server, deadline: AbortSignal): Promise<void> {
  const enough = performance.now() + LINGER_MS;
  while ((await acceptWaiting(server, deadline)) > 0 && performance.now() < enough);
}

/**
 * A queue is first in, first out: a connection to ourselves marks its end. Returns the number of the others.
 */
async function acceptWaiting(server: Server, signal: AbortSignal): Promise<number> {
  const accepted: string[] = [];
  const note = ({ remoteAddress = '', remotePort = 0 }: Socket) =>
    accepted.push(`${remoteAddress} ${remotePort}`);
  server.on('connection', note);
  const { port, address } = server.address() as AddressInfo;
  const marker = connect(port, address).on('error', () => undefined);
  try {
    await once(marker, 'connect', { signal });
    const own = `${marker.localAddress ?? ''} ${marker.localPort ?? 0}`;
    while (!accepted.includes(own)) await once(server, 'connection', { signal });
    return accepted.length - 1;
  } catch {
    // The time is over, or the machine does not let us connect to ourselves.
    return 0;
  } finally {
    server.off('connection', note);
    marker.destroy();
  }
}

import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, Server as TcpServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { closeUnused } from './connections.ts';

/** The time for a connection without a request, because its first request may still arrive. */
const LINGER_MS = 250;

/** The interval of closing idle connections, because they become idle at different times. */
const SWEEP_MS = 20;

/** Stops listening, finishes the in-flight requests within `timeoutMs`, and closes all connections. */
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
  // Timers run before the event loop reads from sockets, immediates run after it.
  const sweep = setInterval(() => setImmediate(close), SWEEP_MS);
  await closed;
  clearInterval(sweep);
}

/** `http.Server.close` would also close idle connections immediately. Its base class only stops listening. */
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
 * The queue of the kernel is first in, first out, so a connection to ourselves marks its end. Returns the
 * number of other connections.
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
    // The time is over, or the machine refuses a connection to ourselves.
    return 0;
  } finally {
    server.off('connection', note);
    marker.destroy();
  }
}

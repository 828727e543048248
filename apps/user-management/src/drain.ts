import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as TcpServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * How long a connection without a request is left open after the last one was accepted: a client may be
 * sending on it at this very moment, and closing it would lose that request.
 */
const LINGER_MS = 250;

/**
 * Stops accepting, lets every request that has arrived finish within `timeoutMs`, and closes all connections.
 */
export async function drain(server: Server, timeoutMs: number): Promise<void> {
  const closed = once(server, 'close');
  stopAccepting(server);
  const deadline = AbortSignal.timeout(timeoutMs);
  await wait(Math.min(LINGER_MS, timeoutMs));
  // Connections fall idle one after the other as their requests are answered.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 20);
  deadline.addEventListener('abort', () => {
    server.closeAllConnections();
  });
  server.closeIdleConnections();
  await closed;
  clearInterval(sweep);
}

/**
 * `http.Server.close` would also cut idle connections at once; that of its base class only stops listening.
 */
function stopAccepting(server: Server): void {
  TcpServer.prototype.close.call(server);
}

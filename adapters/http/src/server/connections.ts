import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Longer than the 60 s of an Ingress, because the sender of requests must be the side that closes an idle
 * connection.
 */
export const KEEP_ALIVE_MS = 65_000;

const open = new WeakMap<Server, Set<Socket>>();

/** Tracks the connections of a server from its start. */
export function track(server: Server): void {
  const sockets = new Set<Socket>();
  open.set(server, sockets);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
}

/** Closes the connections without an in-flight request. */
export function closeUnused(server: Server): void {
  server.closeIdleConnections();
  // Without this, Node would keep a connection without a first byte for as long as a request may take.
  for (const socket of open.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request, its answer, and the previous answer on the connection, which must be written first. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly before: ServerResponse | undefined;
}

/** The latest exchange on each connection. */
const latest = new WeakMap<Duplex, Exchange>();

export function begin(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  latest.set(socket, { request, response, before: latest.get(socket)?.response });
  response.on('close', forget);
}

/** An idle connection must not keep its last exchange, or the garbage collector copies it again and again. */
function forget(this: ServerResponse): void {
  const { socket } = this.req;
  if (latest.get(socket)?.response === this && this.req.complete) latest.delete(socket);
}

/** Connections that close after their last answer. */
const refused = new WeakSet<Duplex>();

/**
 * Calls `refuse` for bytes that are not a request, after all requests before them are answered: a client
 * matches answers to its requests in order. If the bytes belong to a request that is already answered, it
 * closes the connection instead.
 */
export function inTurn(socket: Duplex, refuse: () => void): void {
  if (refused.has(socket)) return;
  refused.add(socket);
  const { request, response, before } = latest.get(socket) ?? {};
  const isBody = request?.complete === false;
  const isAnswered = isBody && response?.headersSent === true;
  afterwards(socket, isBody && !isAnswered ? before : response, () => {
    if (isAnswered || !socket.writable) socket.destroy();
    else refuse();
  });
}

function afterwards(socket: Duplex, response: ServerResponse | undefined, act: () => void): void {
  if (response === undefined || response.closed) {
    act();
  } else {
    response.once('close', act);
    // When a connection breaks, Node closes only the current answer.
    socket.once('close', act);
  }
}

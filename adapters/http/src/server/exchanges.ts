import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request, its answer, and the answer that has to be written before. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly before: ServerResponse | undefined;
}

/** The latest exchange on each connection. */
const latest = new WeakMap<Duplex, Exchange>();

export function begin(request: IncomingMessage, response: ServerResponse): void {
  const before = latest.get(request.socket)?.response;
  latest.set(request.socket, { request, response, before });
}

/** Connections that are hung up as soon as their last answer is written. */
const refused = new WeakSet<Duplex>();

/**
 * Calls `refuse` for bytes that are no request, as soon as all requests before them are answered: a client
 * takes the first answer for the answer to its first request. Hangs up instead if the bytes belong to a
 * request that is already answered.
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
    // A connection that breaks closes none but the answer that it was writing.
    socket.once('close', act);
  }
}

import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type Koa from 'koa';
import { track } from './connections.ts';
import { begin } from './exchanges.ts';
import { type ClientError, refuse, refuseMethod } from './refuse.ts';
import type { State } from '../api/state.ts';

/** The bounds of one connection, so that no client can hold on to one for free. */
const LIMITS: http.ServerOptions = {
  maxHeaderSize: 16 * 1024,
  /** For the header and for the whole request, body included, from its first byte. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  /**
   * Longer than the 60 s of an Ingress: whoever sends requests has to be the one that closes an idle
   * connection.
   */
  keepAliveTimeout: 65_000,
  /** The application checks it, and answers with a problem. */
  requireHostHeader: false,
  /** Otherwise Node keeps the first line of a repeated header and drops the others without a word. */
  joinDuplicateHeaders: true,
};

/**
 * A server for the application, not yet listening. What never becomes a request gets a problem from it as
 * well.
 */
export function createServer(app: Koa<State>): Server {
  const callback = app.callback();
  const handle: http.RequestListener = (req, res) => {
    begin(req, res);
    void callback(req, res);
  };
  const server = http.createServer(LIMITS, handle);
  track(server);
  // A client may close its half after its request, and waits. Node has no public option for it.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('checkContinue', (req, res) => {
    inviteBody(req, res);
    handle(req, res);
  });
  // An unknown expectation may be ignored (RFC 9110, 10.1.1); without a listener Node would refuse it, and
  // without an id.
  server.on('checkExpectation', handle);
  server.on('connect', (_req, socket) => refuseMethod(socket));
  server.on('clientError', (error: ClientError, socket) => refuse(socket, error));
  return server;
}

/**
 * Tells the client to go on only when its body is about to be read: the header alone may decide the answer.
 */
function inviteBody(req: IncomingMessage, res: ServerResponse): void {
  req.once('resume', () => {
    if (!res.headersSent) res.writeContinue();
  });
}

import http, { type Server } from 'node:http';
import type Koa from 'koa';
import { type ClientError, refuse, refuseMethod } from './refuse.ts';
import type { State } from './state.ts';

/** The bounds of one connection, so that no client can hold on to one for free. */
const LIMITS: http.ServerOptions = {
  maxHeaderSize: 16 * 1024,
  /** For the header and for the whole request, body included, from its first byte. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  /** Longer than the 60 s after which an Ingress drops an idle connection: whoever sends requests has to be the one that closes. */
  keepAliveTimeout: 65_000,
  /** The application checks it, and answers with a problem. */
  requireHostHeader: false,
};

/** A server for the application, not yet listening. What never becomes a request it answers by itself, with a problem too. */
export function createServer(app: Koa<State>): Server {
  const callback = app.callback();
  const handle: http.RequestListener = (req, res) => void callback(req, res);
  const server = http.createServer(LIMITS, handle);
  // An expectation that we do not know may be ignored (RFC 9110, 10.1.1); without a listener Node would refuse it, with neither problem nor id.
  server.on('checkExpectation', handle);
  server.on('connect', (_req, socket) => refuseMethod(socket));
  server.on('clientError', (error: ClientError, socket) => refuse(socket, error));
  return server;
}

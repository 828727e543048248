import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type Koa from 'koa';
import compose from 'koa-compose';
import { Request } from '../request/body.ts';
import { KEEP_ALIVE_MS, track } from './connections.ts';
import { begin } from './exchanges.ts';
import { type ClientError, refuse, refuseMethod } from './refuse.ts';
import type { State } from '../api/state.ts';

/** The limits of one connection, so that a client cannot occupy it at no cost. */
const LIMITS: http.ServerOptions<typeof Request> = {
  maxHeaderSize: 16 * 1024,
  /** The time for the header, and for the whole request with its body, from the first byte. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: KEEP_ALIVE_MS,
  /** The application checks the header itself, and answers with a problem. */
  requireHostHeader: false,
  /** Otherwise Node keeps the first line of a repeated header and silently drops the others. */
  joinDuplicateHeaders: true,
  /** A request without a body needs no stream. */
  optimizeEmptyRequests: true,
  /** Nor does a form that arrives with its header. */
  IncomingMessage: Request,
};

export interface ServerTraits {
  /**
   * Whether bodies may arrive for hours. Then only the time of the header is limited here; other bodies have
   * a limit of their own (`readBody`), and streamed ones a limit between two packets (`readLines`).
   */
  readonly streams: boolean;
}

/**
 * Creates a server for the application that does not listen yet. It also answers bytes that never become a
 * request with a problem.
 */
export function createServer(app: Koa<State>, { streams }: ServerTraits = { streams: false }): Server {
  const answer = compose(app.middleware);
  // As `app.callback()`, which would also prepare a 404 and watch for the end of each answer.
  const handle: http.RequestListener = (req, res) => {
    begin(req, res);
    answer(app.createContext(req, res)).catch((error: unknown) => app.emit('error', error));
  };
  const server = http.createServer(streams ? { ...LIMITS, requestTimeout: 0 } : LIMITS, handle);
  track(server);
  // A client may close its half of the connection after its request and wait. Node has no public option for
  // this.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('checkContinue', (req, res) => {
    inviteBody(req, res);
    handle(req, res);
  });
  // An unknown expectation may be ignored (RFC 9110, 10.1.1). Without this listener, Node would refuse it in
  // an answer without a request id.
  server.on('checkExpectation', handle);
  server.on('connect', (_req, socket) => refuseMethod(socket));
  server.on('clientError', (error: ClientError, socket) => refuse(socket, error));
  return server;
}

/** Sends 100 Continue only before the body is read, because the header alone may decide the answer. */
function inviteBody(req: IncomingMessage, res: ServerResponse): void {
  req.once('resume', () => {
    if (!res.headersSent) res.writeContinue();
  });
}

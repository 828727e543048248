import http, { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type Koa from 'koa';
import { problemAnswer } from './problem-answer.ts';
import { HttpError } from './problems.ts';
import { requestId } from './request-id.ts';
import { allow } from './router.ts';
import { routes } from './routes/index.ts';
import { everywhere } from './send.ts';
import type { State } from './state.ts';

/** The bounds of one connection, so that no client can hold on to one for free. */
const LIMITS: http.ServerOptions = {
  maxHeaderSize: 16 * 1024,
  /** For the header and for the whole request, body included, from its first byte. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  /** Longer than the 60 s after which an Ingress drops an idle connection: the side that sends must be the one that closes. */
  keepAliveTimeout: 65_000,
  /** The application checks it, and answers with a problem. */
  requireHostHeader: false,
};

/** A server for the application, not yet listening. What never becomes a request it answers by itself, in problem+json too. */
export function createServer(app: Koa<State>): Server {
  const callback = app.callback();
  const handle: http.RequestListener = (req, res) => void callback(req, res);
  const server = http.createServer(LIMITS, handle);
  // An expectation that we do not know may be ignored (RFC 9110, 10.1.1); without a listener Node would refuse it, with neither problem nor id.
  server.on('checkExpectation', handle);
  server.on('connect', (_req, socket) => {
    refuse(socket, unknownMethod());
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (isAnswered(socket)) socket.destroy();
    else refuse(socket, toHttpError(error.code));
  });
  return server;
}

/** Whether the socket is gone, or has part of an answer on it, into which a second one must not be written. */
function isAnswered(socket: Duplex): boolean {
  // Node has no public way to ask for the answer under way; its own handling of these errors looks here too.
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null };
  return !socket.writable || answer?.headersSent === true;
}

/** The codes of Node's parser (llhttp) and of its time limits. */
function toHttpError(code = ''): HttpError {
  switch (code) {
    case 'HPE_INVALID_METHOD':
      return unknownMethod();
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError('header-too-large', 'Header and request line may have at most 16 KiB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError('request-timeout', 'The request did not arrive in time.');
    default:
      return new HttpError('malformed-request', 'The request is not valid HTTP/1.1.');
  }
}

// The parser gives up before it has read the path, so this names every method that the service knows anywhere.
const unknownMethod = () =>
  new HttpError('method-not-allowed', 'The service does not know this method.', {
    Allow: allow(routes.map((route) => route.method)),
  });

/** Answers on the bare socket, where there is no request and hence no response object, and hangs up. */
function refuse(socket: Duplex, error: HttpError): void {
  const id = requestId(undefined);
  const { status, headers, body = '' } = problemAnswer(error, id);
  const length = { 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
  const lines = Object.entries({ ...headers, ...length, ...everywhere(id) }).map((header) =>
    header.join(': '),
  );
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}

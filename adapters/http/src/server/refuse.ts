import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemAnswer } from '../answer/problem-answer.ts';
import { HttpError } from '../answer/problems.ts';
import { newRequestId } from '../request/request-id.ts';
import { METHODS } from '../api/route.ts';
import { allow } from '../api/router.ts';
import { everywhere } from './send.ts';

/** What Node gives to a listener for `clientError`. */
export interface ClientError extends NodeJS.ErrnoException {
  /** The bytes that the parser was given last. */
  readonly rawPacket?: Buffer;
}

/** Answers bytes that are no request, or that come too slowly to become one, and hangs up. */
export function refuse(socket: Duplex, error: ClientError): void {
  if (isAnswered(socket)) socket.destroy();
  else hangUpWith(toHttpError(error), socket);
}

/** Answers a method that the service knows nowhere, and hangs up. */
export const refuseMethod = (socket: Duplex): void => hangUpWith(unknownMethod(), socket);

/**
 * Whether the socket is gone, or has part of an answer on it, into which a second one must not be written.
 */
function isAnswered(socket: Duplex): boolean {
  // Node has no public way to ask for the answer under way; its own handling of these errors looks here too.
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null };
  return !socket.writable || answer?.headersSent === true;
}

/** By the codes of Node's parser (llhttp) and of its time limits. */
function toHttpError({ code = '', rawPacket }: ClientError): HttpError {
  switch (code) {
    case 'HPE_INVALID_METHOD':
      return REQUEST_LINE.test(rawPacket?.toString('latin1') ?? '') ? unknownMethod() : malformed();
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError('header-too-large', 'Header and request line may have at most 16 KiB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError('request-timeout', 'The request did not arrive in time.');
    default:
      return malformed();
  }
}

/**
 * To the parser whatever does not begin with a method that it knows is an unknown method, were it a TLS
 * handshake.
 */
const REQUEST_LINE = /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?\n/;

const malformed = () => new HttpError('malformed-request', 'The request is not valid HTTP/1.1.');

// The parser gives up before it has read the path, so this names every method that the service knows
// anywhere.
const unknownMethod = () =>
  new HttpError('method-not-allowed', 'The service does not know this method.', {
    Allow: allow(METHODS),
  });

/** Writes on the bare socket: there is no request here, and hence no response object. */
function hangUpWith(error: HttpError, socket: Duplex): void {
  const id = newRequestId();
  const { status, headers, body = '' } = problemAnswer(error, id);
  const length = { 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
  const lines = Object.entries({ ...headers, ...length, ...everywhere(id) }).map((header) =>
    header.join(': '),
  );
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}

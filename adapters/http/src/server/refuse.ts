import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemAnswer } from '../answer/problem-answer.ts';
import { HttpError } from '../answer/problems.ts';
import { targetTooLong } from '../request/message.ts';
import { newRequestId } from '../request/request-id.ts';
import { METHODS } from '../api/route-description.ts';
import { allow } from '../api/router.ts';
import { inTurn } from './exchanges.ts';
import { everywhere } from './send.ts';

/** The error that Node passes to a `clientError` listener. */
export interface ClientError extends NodeJS.ErrnoException {
  /** The latest bytes of the parser, and the number of bytes that it consumed. */
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/** Answers bytes that are not a request, or that arrive too slowly, and closes the connection. */
export function refuse(socket: Duplex, error: ClientError): void {
  // Bytes after a request with `Connection: close` are ignored (RFC 9112, 9.6).
  if (error.code === 'HPE_CLOSED_CONNECTION') return;
  inTurn(socket, () => hangUpWith(toHttpError(error), socket));
}

/** Answers a method that no route has, and closes the connection. */
export const refuseMethod = (socket: Duplex): void =>
  inTurn(socket, () => hangUpWith(unknownMethod(), socket));

/** Keys are the error codes of Node's parser (llhttp) and of its timeouts. */
function toHttpError(error: ClientError): HttpError {
  switch (error.code ?? '') {
    case 'HPE_INVALID_METHOD':
      return REQUEST_LINE.test(faultyLine(error)) ? unknownMethod() : malformed();
    case 'HPE_HEADER_OVERFLOW':
      if (BEGIN_OF_REQUEST_LINE.test(faultyLine(error))) return targetTooLong();
      return new HttpError('header-too-large', 'Header and request line may have at most 16 KiB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError('request-timeout', 'The request did not arrive in time.');
    default:
      return malformed();
  }
}

/** A method and a space: a header would have a colon before its first space. */
const BEGIN_OF_REQUEST_LINE = /^[\w!#$%&'*+.^`|~-]+ /;
/**
 * The parser reports an unknown method for all bytes that do not begin with a known one, even for a TLS
 * handshake.
 */
const REQUEST_LINE = /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?\n/;

/** The line that stopped the parser, or its part in the same packet. */
function faultyLine({ rawPacket, bytesParsed = 0 }: ClientError): string {
  const text = rawPacket?.toString('latin1') ?? '';
  return text.slice(text.lastIndexOf('\n', bytesParsed) + 1);
}

const malformed = () => new HttpError('malformed-request', 'The request is not valid HTTP/1.1.');

// The parser stops before it reads the path, so this lists the methods of all routes.
const unknownMethod = () =>
  new HttpError('method-not-allowed', 'The service does not know this method.', {
    Allow: allow(METHODS),
  });

/** Writes to the raw socket, because without a request there is no response object. */
function hangUpWith(error: HttpError, socket: Duplex): void {
  const id = newRequestId();
  const { status, headers, body = '' } = problemAnswer(error, id);
  const framing = {
    Date: new Date().toUTCString(),
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries({ ...headers, ...framing, ...everywhere(id) }).map((header) =>
    header.join(': '),
  );
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}

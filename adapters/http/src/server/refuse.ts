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

/** What Node gives to a listener for `clientError`. */
export interface ClientError extends NodeJS.ErrnoException {
  /** The bytes that the parser was given last, and how many of them it took. */
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/** Answers bytes that are no request, or that come too slowly to become one, and hangs up. */
export function refuse(socket: Duplex, error: ClientError): void {
  // What follows a request with `Connection: close` is ignored (RFC 9112, 9.6).
  if (error.code === 'HPE_CLOSED_CONNECTION') return;
  inTurn(socket, () => hangUpWith(toHttpError(error), socket));
}

/** Answers a method that the service knows nowhere, and hangs up. */
export const refuseMethod = (socket: Duplex): void =>
  inTurn(socket, () => hangUpWith(unknownMethod(), socket));

/** By the codes of Node's parser (llhttp) and of its time limits. */
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
 * The parser calls everything an unknown method that does not begin with a known one, even a TLS handshake.
 */
const REQUEST_LINE = /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?\n/;

/** The line that stopped the parser, as far as it came in the same packet. */
function faultyLine({ rawPacket, bytesParsed = 0 }: ClientError): string {
  const text = rawPacket?.toString('latin1') ?? '';
  return text.slice(text.lastIndexOf('\n', bytesParsed) + 1);
}

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

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer } from '../answer/answer.ts';
import { BODY_LIMIT } from '../request/body.ts';

/** The time to read from a client that still sends after its answer. */
const LINGER_MS = 1000;

/**
 * Writes the answer with the headers of every answer. Node gets all headers in one call: setting them one by
 * one through Koa takes a third of the total time of an answer from memory.
 * @param last whether the connection closes after this answer
 */
export function send(
  req: IncomingMessage,
  res: ServerResponse,
  answer: Answer,
  requestId: string,
  last: boolean,
): Promise<void> | undefined {
  const headers: OutgoingHttpHeaders = { ...answer.headers, ...everywhere(requestId) };
  if (answer.body !== undefined) headers['Content-Length'] = Buffer.byteLength(answer.body);
  if (answer.stream !== undefined) return sendStream(req, res, answer, { ...headers, ...(last && HANG_UP) });
  const lingering = mayGoOn(req);
  if (last || lingering) headers['Connection'] = 'close';
  res.writeHead(answer.status, headers);
  if (lingering) endWith(req, res, answer.body);
  else res.end(answer.body);
  return undefined;
}

const HANG_UP = { Connection: 'close' };

/**
 * Sends content while it is made, no faster than the client reads. A failure cuts the connection, so that the
 * client sees that the content is not complete.
 * @throws what the content throws, or when the client goes.
 */
async function sendStream(
  { method }: IncomingMessage,
  res: ServerResponse,
  { status, stream = Readable.from([]) }: Answer,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  res.writeHead(status, headers);
  if (method === 'HEAD') {
    res.end();
    return;
  }
  // A client that sends a line and waits for its result needs the header first.
  res.flushHeaders();
  await pipeline(Readable.from(stream), res);
}

/** The headers of every answer. */
export const everywhere = (requestId: string) => ({
  'X-Request-Id': requestId,
  // Nearly every answer is about a token, a credential or a user. For the few others, a cache gains nothing.
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

/**
 * Whether the client may still send a body that is larger than the service reads, or a body after an
 * unanswered `Expect: 100-continue`. Node reads a short rest itself and keeps the connection.
 */
const mayGoOn = (req: IncomingMessage): boolean =>
  !req.complete && (isUninvited(req) || !(Number(req.headers['content-length']) <= BODY_LIMIT));

const isUninvited = ({ headers, readableFlowing }: IncomingMessage): boolean =>
  headers.expect !== undefined && readableFlowing === null;

/**
 * Writes the answer and closes the connection after a delay. Closing a socket with unread bytes resets the
 * connection, and the client would lose the answer (RFC 9112, 9.6).
 */
function endWith(req: IncomingMessage, res: ServerResponse, body: string | undefined): void {
  if (body === undefined) res.flushHeaders();
  else res.write(body);
  const hangUp = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(hangUp, LINGER_MS);
  req.once('end', hangUp).once('close', hangUp).resume();
}

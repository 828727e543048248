import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer } from '../answer/answer.ts';
import { BODY_LIMIT } from '../request/body.ts';
import { writeHeadAsText, EVERYWHERE } from './head.ts';

/** The time to read from a client that still sends after its answer. */
const LINGER_MS = 1000;

/**
 * Writes the answer with the headers of every answer.
 * @param last whether the connection closes after this answer
 */
export function send(
  req: IncomingMessage,
  res: ServerResponse,
  answer: Answer,
  requestId: string,
  last: boolean,
): Promise<void> | undefined {
  const { body, stream } = answer;
  const lingering = stream === undefined && mayGoOn(req);
  const closes = last || lingering;
  if (closes || !staysOpen(req, res, answer) || !writeHeadAsText(res, answer, requestId))
    writeHead(req, res, answer, requestId, closes);
  if (stream !== undefined) return sendStream(req, res, stream);
  if (lingering) endWith(req, res, body);
  else res.end(body);
  return undefined;
}

/** Whether the connection stays open after the answer, which is complete and has a length. */
const staysOpen = (
  { httpVersion, headers: { expect } }: IncomingMessage,
  { shouldKeepAlive }: ServerResponse,
  { status, body, headers }: Answer,
): boolean =>
  (body !== undefined || WITHOUT_CONTENT.has(status)) &&
  shouldKeepAlive &&
  httpVersion === '1.1' &&
  expect === undefined &&
  headers['Connection'] === undefined;

/** RFC 9110, 6.4.1. */
const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 304]);

/** All headers in one call: one by one through Koa, it takes a third of the time of an answer from memory. */
function writeHead(
  req: IncomingMessage,
  res: ServerResponse,
  { status, body, headers, stream }: Answer,
  requestId: string,
  closes: boolean,
): void {
  const raw: string[] = [];
  for (const name in headers) raw.push(name, headers[name] ?? '');
  for (const name in EVERYWHERE) raw.push(name, EVERYWHERE[name] ?? '');
  raw.push('X-Request-Id', requestId);
  if (closes && headers['Connection'] === undefined) raw.push('Connection', 'close');
  if (body !== undefined) raw.push('Content-Length', String(Buffer.byteLength(body)));
  // The content of a stream is made from the body, which is read after the header.
  if (stream !== undefined && isUninvited(req) && req.httpVersion === '1.1') res.writeContinue();
  res.writeHead(status, raw);
}

/**
 * Sends content while it is made, no faster than the client reads. A failure cuts the connection, so that the
 * client sees that the content is not complete.
 * @throws what the content throws, or when the client goes.
 */
async function sendStream(
  { method }: IncomingMessage,
  res: ServerResponse,
  stream: AsyncIterable<string>,
): Promise<void> {
  if (method === 'HEAD') {
    res.end();
    return;
  }
  // A client that sends a line and waits for its result needs the header first.
  res.flushHeaders();
  await pipeline(Readable.from(stream), res);
}

export const everywhere = (requestId: string) => ({ 'X-Request-Id': requestId, ...EVERYWHERE });

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

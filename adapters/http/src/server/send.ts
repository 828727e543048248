import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer } from '../answer/answer.ts';
import { BODY_LIMIT } from '../request/body.ts';

/** How long a client that is still sending is listened to after it was answered. */
const LINGER_MS = 1000;

/**
 * Writes the answer, with what every answer carries. All headers go to Node at once: setting them one by one
 * through Koa takes a third of the time that an answer from memory takes altogether.
 * @param last the connection ends with this answer
 */
export function send(
  req: IncomingMessage,
  res: ServerResponse,
  answer: Answer,
  requestId: string,
  last: boolean,
): void {
  const headers: OutgoingHttpHeaders = { ...answer.headers, ...everywhere(requestId) };
  if (answer.body !== undefined) headers['Content-Length'] = Buffer.byteLength(answer.body);
  const lingering = mayGoOn(req);
  if (last || lingering) headers['Connection'] = 'close';
  res.writeHead(answer.status, headers);
  if (lingering) endWith(req, res, answer.body);
  else res.end(answer.body);
}

/** The headers of every answer. */
export const everywhere = (requestId: string) => ({
  'X-Request-Id': requestId,
  // Nearly every answer is about a token, a credential or a user; for the few others a cache would gain
  // nothing.
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

/**
 * Whether more of a body than we would ever read may be on its way, or one that the client was not told to
 * send, and may keep to itself. A short rest Node reads, and keeps the connection.
 */
const mayGoOn = (req: IncomingMessage): boolean =>
  !req.complete && (isUninvited(req) || !(Number(req.headers['content-length']) <= BODY_LIMIT));

const isUninvited = ({ headers, readableFlowing }: IncomingMessage): boolean =>
  headers.expect !== undefined && readableFlowing === null;

/**
 * Gives the answer and hangs up, but not at once: closing a socket that holds unread bytes resets the
 * connection, and the client would lose the answer that tells it what was wrong (RFC 9112, 9.6).
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

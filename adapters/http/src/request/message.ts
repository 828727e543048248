import type { IncomingMessage } from 'node:http';
import { HttpError } from '../answer/problems.ts';

/**
 * The rules of RFC 9112 that Node leaves to the application. A refusal also ends the connection: client
 * and service do not agree on what was sent. @throws {HttpError}
 */
export function checkMessage(req: IncomingMessage): void {
  checkVersion(req);
  checkHost(req);
  checkTarget(req);
  checkTransferCodings(req);
  checkRange(req);
}

const HANG_UP = { Connection: 'close' };
const malformed = (message: string) => new HttpError('malformed-request', message, HANG_UP);

/** Section 2.3. Node's parser also accepts the versions 0.9 and 2.0, which have another message format. */
function checkVersion({ httpVersion }: IncomingMessage): void {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') throw malformed('Send the request in HTTP/1.1.');
}

const AUTHORITY = String.raw`(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d*)?`;
const HOST = new RegExp(`^${AUTHORITY}$`, 'i');

/** Section 3.2. Node joins several Host lines by a comma and a space, and no host contains them. */
function checkHost({ headers: { host }, httpVersion }: IncomingMessage): void {
  if (host === undefined && httpVersion === '1.0') return;
  if (host === undefined) throw malformed('The header Host is missing.');
  // RFC 9110, 4.2.1: an http URI requires a host, so an empty host is refused too.
  if (!HOST.test(host)) throw malformed('Send one Host header with a host name and, at most, a port.');
}

/** A URI without user information (RFC 9110, 4.2.4). */
const ABSOLUTE = new RegExp(`^https?://${AUTHORITY}(?:[/?]|$)`, 'i');

/** RFC 9112, 3, recommends at least 8000 bytes. */
const TARGET_LIMIT = 8 * 1024;

export const targetTooLong = () =>
  new HttpError('target-too-long', `The request target may have at most ${TARGET_LIMIT} bytes.`, HANG_UP);

/**
 * Section 3.2: origin-form, absolute-form, and `*` for OPTIONS. CONNECT, with the fourth, never gets here.
 */
function checkTarget({ method, url = '' }: IncomingMessage): void {
  if (url.length > TARGET_LIMIT) throw targetTooLong();
  const known = url.startsWith('/') || ABSOLUTE.test(url) || (url === '*' && method === 'OPTIONS');
  if (!known || url.includes('#')) throw malformed('The request target is not one of this service.');
}

/**
 * Section 6.1. Without this check, the service would read the encoded bytes as the body. The RFC suggests
 * 501, but a client must not be able to trigger the alert on 5xx answers.
 */
function checkTransferCodings({ headers, httpVersion }: IncomingMessage): void {
  const codings = headers['transfer-encoding'];
  if (codings === undefined) return;
  if (httpVersion === '1.0') throw malformed('HTTP/1.0 has no header Transfer-Encoding.');
  const known = codings.split(',').every((coding) => ['', 'chunked'].includes(coding.trim().toLowerCase()));
  if (!known) throw malformed('Send the body with no transfer coding besides chunked.');
}

/**
 * RFC 9110, 14.5. Without this check, a partial body would replace the whole representation. A read has no
 * body to replace anything with, and a proxy may repeat the header of another request in it.
 */
function checkRange({ headers, method }: IncomingMessage): void {
  if (method === 'GET' || method === 'HEAD') return;
  if (headers['content-range'] !== undefined) throw malformed('Send the whole body, without Content-Range.');
}

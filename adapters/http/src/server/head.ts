import { type ServerResponse, STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';
import type { Answer } from '../answer/answer.ts';
import { KEEP_ALIVE_MS } from './connections.ts';

/** The headers of every answer, besides the id of its request. */
export const EVERYWHERE: Answer['headers'] = {
  // Nearly every answer is about a token, a credential or a user. For the few others, a cache gains nothing.
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
};

/** Node has no public member for a header that is text already. */
type WithHeader = ServerResponse & { _header: string };

/**
 * Writes the header of an answer after which the connection stays open. `writeHead` would join and check all
 * headers anew each time (docs/decisions/0034-header-as-text.md).
 * @returns whether it did: another version of Node may not have the member.
 */
export function writeHeadAsText(res: ServerResponse, answer: Answer, requestId: string): boolean {
  const text = `${constantPart(answer)}X-Request-Id: ${requestId}\r\nDate: ${date()}\r\n\r\n`;
  (res as WithHeader)._header = text;
  return res.headersSent;
}

const constantParts = new WeakMap<Answer, string>();

/** The part that is the same each time. An answer from the cache is sent again and again. */
function constantPart(answer: Answer): string {
  let text = constantParts.get(answer);
  if (text === undefined) {
    text = makeConstantPart(answer);
    constantParts.set(answer, text);
  }
  return text;
}

/** @throws {TypeError} where a name or a value would end its line. */
function makeConstantPart({ status, headers, body }: Answer): string {
  const all = {
    ...headers,
    ...EVERYWHERE,
    ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
    Connection: 'keep-alive',
    'Keep-Alive': `timeout=${KEEP_ALIVE_MS / 1000}`,
  };
  const lines = Object.entries(all).map(([name, value]) => {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return `${name}: ${value}`;
  });
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, ''].join('\r\n');
}

let second = 0;
let dateOfSecond = '';

function date(): string {
  const now = Date.now();
  const current = Math.floor(now / 1000);
  if (current !== second) {
    second = current;
    dateOfSecond = new Date(now).toUTCString();
  }
  return dateOfSecond;
}

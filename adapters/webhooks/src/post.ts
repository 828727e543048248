import { type IncomingMessage, request as plain, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { isIP } from 'node:net';
import { ForbiddenAddress, isForbidden, safeLookup } from './addresses.ts';

/** What is read of an answer. Its content does not matter. */
const MOST_BYTES = 64 * 1024;

interface Posting {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether addresses that are forbidden in production are reached. */
  readonly anyAddress: boolean;
  readonly signal: AbortSignal;
}

/**
 * Posts over a connection of its own, and returns the status of the answer. It follows no redirect.
 *
 * `node:http` tells which address the connection uses. `fetch` would need another library for that, and
 * follows redirects by default.
 */
export async function post({ url, headers, body, anyAddress, signal }: Posting): Promise<number> {
  // A host that is an address is not looked up.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!anyAddress && isIP(host) !== 0 && isForbidden(host)) throw new ForbiddenAddress();
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' },
    agent: false,
    signal,
    ...(!anyAddress && { lookup: safeLookup }),
  };
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? secure : plain)(url, options, (answer) => {
      resolve(answer.statusCode ?? 0);
      discard(answer);
    });
    // It stays for the rest of the answer: an error there is no error any more.
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A receiver sees a broken connection only if it sends too much. */
function discard(answer: IncomingMessage): void {
  let bytes = 0;
  answer.on('data', ({ length }: Buffer) => {
    bytes += length;
    if (bytes > MOST_BYTES) answer.destroy();
  });
  answer.on('error', () => undefined);
}

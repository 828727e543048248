import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

interface RangeServer {
  /** The URL before the five digits. */
  readonly url: string;
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** A range API on a port of its own. */
export async function startRangeServer(answer: RequestListener): Promise<RangeServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((req, res) => {
    requests.push(req);
    answer(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/range`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const sha1 = (text: string): string => hash('sha1', text).toUpperCase();

/** The line of an answer that lists the password. */
export const entry = (text: string, count = 1): string => `${sha1(text).slice(5)}:${count}`;

/** The lines of other passwords, or of padding. */
export const otherEntries = (length: number, count: number): string[] =>
  Array.from({ length }, (_, n) => entry(`other ${n}`, count));

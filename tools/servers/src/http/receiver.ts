import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a receiver does with a request that it has read. */
export type Behaviour = (answer: ServerResponse, request: IncomingMessage) => void;

/** A receiver of webhooks on this machine. */
export interface Receiver {
  /** Its path has a secret. */
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

export const answers =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (answer) => {
    answer.writeHead(status, headers).end('thanks');
  };

/** @param tls the certificate of a receiver that speaks TLS. */
export async function startReceiver(
  behaviour: Behaviour = answers(204),
  tls?: { readonly cert: string; readonly key: string },
): Promise<Receiver> {
  const received: Received[] = [];
  let current = behaviour;
  const listener = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const { method, url: path } = request;
    received.push({
      ...{ method, path, headers: request.headers as Record<string, string> },
      body: await text(request),
    });
    current(answer, request);
  };
  const serve = (request: IncomingMessage, answer: ServerResponse): void => {
    // A sender that gives up breaks the request.
    listener(request, answer).catch(() => undefined);
  };
  const server = tls ? createSecureServer(tls, serve) : createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://localhost:${port}/hooks?key=hidden`,
    port,
    received,
    behave: (next) => {
      current = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a receiver does with a request that it has read. */
export type Behaviour = (answer: ServerResponse, request: IncomingMessage) => void;

export const answers =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (answer) => {
    answer.writeHead(status, headers).end('thanks');
  };

/** A real receiver on this machine until the test is over. */
export async function startReceiver(
  behaviour: Behaviour = answers(204),
  tls?: { cert: string; key: string },
) {
  const received: Received[] = [];
  const state = { behaviour };
  const listener = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const { method, url: path } = request;
    const headers = request.headers as Record<string, string>;
    received.push({ method, path, headers, body: await text(request) });
    state.behaviour(answer, request);
  };
  const serve = (request: IncomingMessage, answer: ServerResponse) => void listener(request, answer);
  const server = tls ? createSecureServer(tls, serve) : createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  return {
    received,
    state,
    stop,
    port,
    url: `${tls ? 'https' : 'http'}://localhost:${port}/hooks?key=hidden`,
  };
}

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers requests on a free port, and sends the port to the parent. */
export function listen(answer: (...exchange: Parameters<RequestListener>) => unknown): void {
  const server = createServer((...exchange) => void answer(...exchange));
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

import { connect } from 'node:net';
import type { Address } from './faulty-proxy.ts';

/**
 * Sends one command to a Redis server, around every proxy and on a new connection. A client library would be
 * too slow for this. Only for commands with an answer of one line.
 */
export async function sendOnce({ host, port }: Address, command: readonly string[]): Promise<void> {
  const socket = connect({ host, port });
  const words = command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  socket.write(`*${words.length}\r\n${words.join('')}`);
  for await (const answer of socket) {
    if (String(answer).startsWith('-')) throw new Error(`${command.join(' ')}: ${String(answer)}`);
    return;
  }
  throw new Error(`${command.join(' ')}: the connection was closed`);
}

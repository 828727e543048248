import { connect } from 'node:net';
import type { Address } from './faulty-proxy.ts';

/**
 * One command to a Redis server, past every proxy and on a connection of its own, of which a client library
 * would make far too much. Only for commands that answer in one line.
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

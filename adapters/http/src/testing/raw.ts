import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Listener } from './service.ts';

/** A connection on which a test writes what no HTTP client would. */
export async function open({ port }: Pick<Listener, 'port'>): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Sends the bytes and gives everything that comes back until the server hangs up. */
export async function sendRaw(listener: Pick<Listener, 'port'>, bytes: string | Buffer): Promise<string> {
  const socket = await open(listener);
  socket.write(bytes);
  return text(socket);
}

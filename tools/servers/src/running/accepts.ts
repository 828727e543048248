import { once } from 'node:events';
import { connect } from 'node:net';

/** Whether a server accepts connections at this address. */
export async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

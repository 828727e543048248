import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Node {
  readonly host: string;
  readonly port: number;
}

const PATIENCE_MS = 3_000;

/** Opens a connection and sends nothing. The caller closes it. */
export async function openPort({ host, port }: Node): Promise<Socket> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return socket;
  } catch (error) {
    socket.destroy();
    const isLate = (error as Error).name === 'AbortError';
    throw isLate ? new Error(`${host}:${port} did not answer within ${PATIENCE_MS} ms`) : error;
  }
}

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from '@user-management/settings';
import { EX_CONFIG, EX_UNAVAILABLE, StartFailure } from './failure.ts';

/**
 * Listens on `HOST` and `PORT`.
 * @returns the actual port, which the operating system chooses when `PORT` is 0.
 * @throws {StartFailure} The message names the variable.
 */
export async function listen(server: Server, { host, port }: Settings['http']): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw failureOf((cause as NodeJS.ErrnoException).code ?? String(cause), host, port);
  }
  return (server.address() as AddressInfo).port;
}

function failureOf(code: string, host: string, port: number): StartFailure {
  switch (code) {
    case 'EADDRINUSE':
      return new StartFailure(
        EX_UNAVAILABLE,
        `PORT is "${port}", which is in use on ${host} (${code}). Stop the process that listens there, ` +
          'or set another port.',
      );
    case 'EACCES':
      return new StartFailure(
        EX_CONFIG,
        `PORT is "${port}", which this user may not listen on (${code}). Set a port from 1024 up.`,
      );
    default:
      return new StartFailure(
        EX_CONFIG,
        `HOST is "${host}", where the service cannot listen (${code}). Set an address of this machine.`,
      );
  }
}

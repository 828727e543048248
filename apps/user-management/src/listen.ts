import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EX_CONFIG, EX_UNAVAILABLE, StartFailure } from './failure.ts';

interface Place {
  readonly host: string;
  readonly port: number;
  /** The variable that says the port. */
  readonly variable: 'PORT' | 'INTERNAL_PORT';
}

/**
 * Listens on `HOST` and a port.
 * @returns the actual port, which the operating system chooses when the variable is 0.
 * @throws {StartFailure} The message names the variable.
 */
export async function listen(server: Server, place: Place): Promise<number> {
  server.listen(place.port, place.host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw failureOf((cause as NodeJS.ErrnoException).code ?? String(cause), place);
  }
  return (server.address() as AddressInfo).port;
}

function failureOf(code: string, { host, port, variable }: Place): StartFailure {
  switch (code) {
    case 'EADDRINUSE':
      return new StartFailure(
        EX_UNAVAILABLE,
        `${variable} is "${port}", which is in use on ${host} (${code}). Stop the process that listens ` +
          'there, or set another port.',
      );
    case 'EACCES':
      return new StartFailure(
        EX_CONFIG,
        `${variable} is "${port}", which this user may not listen on (${code}). Set a port from 1024 up.`,
      );
    default:
      return new StartFailure(
        EX_CONFIG,
        `HOST is "${host}", where the service cannot listen (${code}). Set an address of this machine.`,
      );
  }
}

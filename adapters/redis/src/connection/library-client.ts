import { RedisClient } from 'redis';
import { CLIENT_NAME, type NewClient } from './client.ts';
import { tlsOptions } from './tls-options.ts';

/**
 * The client of the library. `sendCommand` needs no methods of commands. The library's `createClient` first
 * derives a class with 400 of them, which takes 20 MB and blocks the event loop for 20 ms.
 */
export const newLibraryClient: NewClient = (address, options, { database = 0, tracking = false }, signal) =>
  new RedisClient({
    RESP: 3,
    emitInvalidate: tracking,
    name: CLIENT_NAME,
    ...(options.username === undefined ? {} : { username: options.username.reveal() }),
    ...(options.password === undefined ? {} : { password: options.password.reveal() }),
    database,
    // The library's timeout ends when the command is written, and costs an AbortSignal for each.
    // `Connection.send` has its own deadline.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
    socket: {
      ...address,
      // `destroy` does not know a socket that is still connecting. The signal ends it.
      signal,
      connectTimeout: options.connectTimeoutMs,
      // Without reconnection no command ever waits for a connection: it fails at once.
      reconnectStrategy: false,
      ...(options.tls && { tls: true as const, ...tlsOptions(address, options.tls) }),
    },
  });

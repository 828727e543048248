import { isIP } from 'node:net';
import { ErrorReply, RedisClient } from 'redis';
import type { Address, ConnectionOptions, TlsOptions } from './options.ts';
import { unlessAborted } from './deadline.ts';

export type Reply = string | number | null | Reply[];

interface Extras {
  /** The number of the logical database. Sentinels have none. */
  readonly database?: number;
  /** Whether Redis announces the keys that change (`CLIENT TRACKING`). */
  readonly tracking?: boolean;
}

/** One connection to one server process, from the handshake to the loss. It never reconnects. */
export class Connection {
  readonly address: Address;
  /** Settles when the connection is lost; the value is the reason. */
  readonly lost: Promise<Error>;
  readonly #client: Client;
  readonly #options: ConnectionOptions;
  readonly #lose: (reason: Error) => void;
  #isLost = false;
  #wasCut = false;

  /**
   * @throws the cause when the server cannot be reached or refuses the connection, and the signal's reason
   * when the signal aborts first.
   */
  static async open(address: Address, options: ConnectionOptions, extras: Extras, signal: AbortSignal) {
    const client = newClient(address, options, extras, signal);
    // Until the constructor adds its own listener, the promise below reports each error.
    client.on('error', () => undefined);
    try {
      await unlessAborted(client.connect(), signal);
    } catch (error) {
      client.destroy();
      throw refusesResp3(error) ? new Error(NO_RESP3, { cause: error }) : error;
    }
    return new Connection(client, address, options);
  }

  private constructor(client: Client, address: Address, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
    this.address = address;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.lost = promise;
    this.#lose = resolve;
    client.on('error', (error: Error) => {
      this.#wasCut ||= !this.#isLost;
      this.close(error);
    });
  }

  /** Whether the server or the network ended the connection, and not this process. */
  get wasCut(): boolean {
    return this.#wasCut;
  }

  get isOpen(): boolean {
    return this.#client.isOpen;
  }

  /**
   * @param listener receives every key that changes after it was read on this connection. `undefined` means
   * that any key may have changed.
   */
  onInvalidation(listener: (key: string | undefined) => void): void {
    this.#client.on('invalidate', (key: string | Buffer | null) => {
      listener(key?.toString());
    });
  }

  /**
   * Writes commands in the order of the calls.
   * @throws {ErrorReply} when the server refuses the command. Any other error means that the connection is
   * lost, for example because the answer took too long.
   */
  async send(command: readonly string[]): Promise<Reply> {
    const name = (command[0] ?? '').toLowerCase();
    const { commandTimeoutMs } = this.#options;
    let answered = false;
    const giveUp = () => {
      if (!answered) this.close(new Error(`${name} was not answered within ${commandTimeoutMs} ms`));
    };
    // This process may have been the slow one. So it reads answers that have already arrived before it gives
    // up.
    const timer = setTimeout(() => setImmediate(giveUp), commandTimeoutMs);
    try {
      return await this.#client.sendCommand<Reply>(command);
    } finally {
      answered = true;
      clearTimeout(timer);
    }
  }

  /** In-flight commands fail. May be called twice. */
  close(reason: Error): void {
    this.#isLost = true;
    this.#lose(reason);
    this.#client.destroy();
  }
}

const NO_RESP3 = 'the server does not support RESP3; the service needs Redis 6.2 or newer';

const refusesResp3 = (error: unknown) =>
  error instanceof ErrorReply && /^NOPROTO|^ERR unknown command .?HELLO/i.test(error.message);

type Client = ReturnType<typeof newClient>;

/**
 * `sendCommand` needs no methods of commands. The library's `createClient` first derives a class with 400 of
 * them, which takes 20 MB and blocks the event loop for 20 ms.
 */
function newClient(
  address: Address,
  options: ConnectionOptions,
  { database = 0, tracking = false }: Extras,
  signal: AbortSignal,
) {
  return new RedisClient({
    RESP: 3,
    emitInvalidate: tracking,
    name: 'user-management',
    ...(options.username === undefined ? {} : { username: options.username.reveal() }),
    ...(options.password === undefined ? {} : { password: options.password.reveal() }),
    database,
    // The library's timeout ends when the command is written, and costs an AbortSignal for each. `send` has
    // its own deadline.
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
}

function tlsOptions({ host }: Address, { ca, cert, key }: TlsOptions) {
  return {
    // RFC 6066 allows only names here. The certificate is checked against an IP address all the same.
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca && { ca: ca.reveal() }),
    ...(cert && { cert: cert.reveal() }),
    ...(key && { key: key.reveal() }),
  };
}

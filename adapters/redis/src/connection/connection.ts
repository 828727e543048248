import { isIP } from 'node:net';
import { ErrorReply, RedisClient } from 'redis';
import type { Address, ConnectionOptions, TlsOptions } from './options.ts';
import { unlessAborted } from './deadline.ts';

export type Reply = string | number | null | Reply[];

interface Extras {
  /** Which logical database; a sentinel has none to select. */
  readonly database?: number;
  /** Whether to be told which keys change (`CLIENT TRACKING`). */
  readonly tracking?: boolean;
}

/** One connection to one server process, from handshake to loss. It is never revived. */
export class Connection {
  readonly address: Address;
  /** Settles when the connection is lost; the value is the reason. */
  readonly lost: Promise<Error>;
  readonly #client: Client;
  readonly #options: ConnectionOptions;
  readonly #lose: (reason: Error) => void;

  /**
   * @throws the cause, when there is no server that lets us in; the signal's reason, when that is aborted
   * before.
   */
  static async open(address: Address, options: ConnectionOptions, extras: Extras, signal: AbortSignal) {
    const client = newClient(address, options, extras, signal);
    // Until the connection takes over, errors surface as the rejection of what is awaited below.
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
      this.close(error);
    });
  }

  get isOpen(): boolean {
    return this.#client.isOpen;
  }

  /**
   * @param listener is told every key that changes after it was read on this connection; without a key: any
   * may have.
   */
  onInvalidation(listener: (key: string | undefined) => void): void {
    this.#client.on('invalidate', (key: string | Buffer | null) => {
      listener(key?.toString());
    });
  }

  /**
   * Commands are written in the order of the calls.
   * @throws {ErrorReply} what the server answered; any other error means that the connection is lost, also
   * because the answer took too long.
   */
  async send(command: readonly string[]): Promise<Reply> {
    const name = (command[0] ?? '').toLowerCase();
    const { commandTimeoutMs } = this.#options;
    let answered = false;
    const giveUp = () => {
      if (!answered) this.close(new Error(`${name} was not answered within ${commandTimeoutMs} ms`));
    };
    // A process that was busy itself reads what has arrived meanwhile before it gives up.
    const timer = setTimeout(() => setImmediate(giveUp), commandTimeoutMs);
    try {
      return await this.#client.sendCommand<Reply>(command);
    } finally {
      answered = true;
      clearTimeout(timer);
    }
  }

  /** Commands under way fail. May be called twice. */
  close(reason: Error): void {
    this.#lose(reason);
    this.#client.destroy();
  }
}

const NO_RESP3 =
  'it speaks no RESP3, which Redis does from version 6 on; the service needs Redis 6.2 or newer';

const refusesResp3 = (error: unknown) =>
  error instanceof ErrorReply && /^NOPROTO|^ERR unknown command .?HELLO/i.test(error.message);

/**
 * Made once: the library's own `createClient` builds a class with all commands anew, some 20 ms without a
 * pause, whenever the options differ from those before: at every connection where there are several servers.
 */
const makeClient = RedisClient.factory({ RESP: 3 });

type Client = ReturnType<typeof newClient>;

function newClient(
  address: Address,
  options: ConnectionOptions,
  { database = 0, tracking = false }: Extras,
  signal: AbortSignal,
) {
  return makeClient({
    emitInvalidate: tracking,
    name: 'user-management',
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password.reveal() }),
    database,
    // node-redis arms an AbortSignal per command, and only until the command is written. We have a deadline
    // of our own.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
    socket: {
      ...address,
      // Ends the socket also while it is being connected, when a client that is destroyed does not know of it
      // yet.
      signal,
      connectTimeout: options.connectTimeoutMs,
      // So no command ever waits for a connection: there is one, or the caller hears that there is none.
      reconnectStrategy: false,
      ...(options.tls && { tls: true as const, ...tlsOptions(address, options.tls) }),
    },
  });
}

function tlsOptions({ host }: Address, { ca, cert, key }: TlsOptions) {
  return {
    // RFC 6066 allows names alone; an IP address is checked against the certificate without being sent.
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key: key.reveal() }),
  };
}

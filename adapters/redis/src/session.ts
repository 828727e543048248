import { DependencyUnavailable } from '@user-management/domain';
import { createClient, ErrorReply } from 'redis';
import { NearCache } from './near-cache.ts';
import type { Address, RedisOptions } from './options.ts';

export type Reply = string | number | null | Reply[];

/** Parsed users and tokens that one process keeps: a few dozen MB at most, with preferences of usual size. */
const NEAR_ENTRIES = 10_000;

/**
 * One connection to one Redis server process, from handshake to loss. It is never revived: after any fault a new session is
 * opened, so nothing that was learnt from one server can be taken for another's.
 */
export class RedisSession {
  /** Names the server process (`run_id`): another after a restart or a failover, whatever data that one starts with. */
  readonly serverRun: string;
  readonly address: Address;
  readonly near = new NearCache(NEAR_ENTRIES);
  /** Settles when the session is lost; the value is the reason. */
  readonly lost: Promise<Error>;
  readonly #client: Client;
  readonly #options: RedisOptions;
  readonly #lose: (reason: Error) => void;
  #barrier: Promise<void> | undefined;

  private constructor(client: Client, address: Address, serverRun: string, options: RedisOptions) {
    this.#client = client;
    this.#options = options;
    this.address = address;
    this.serverRun = serverRun;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.lost = promise;
    this.#lose = resolve;
    client.on('error', (error: Error) => {
      this.close(error);
    });
    client.on('invalidate', (key: unknown) => {
      if (key === null) this.near.dropAll();
      else this.near.drop(String(key));
    });
  }

  /** @throws the cause, when there is no usable primary at the address within the connect timeout. */
  static async open(options: RedisOptions): Promise<RedisSession> {
    const address = await options.locate();
    const client = newClient(address, options);
    // Until the session takes over, errors surface as the rejection of what is awaited below.
    client.on('error', () => undefined);
    const timeout = AbortSignal.timeout(options.connectTimeoutMs);
    const late = new Promise<never>((_, reject) => {
      timeout.addEventListener('abort', () => {
        reject(new Error(`no answer within ${options.connectTimeoutMs} ms`));
      });
    });
    try {
      await Promise.race([client.connect(), late]);
      const info = String(await Promise.race([client.sendCommand(['INFO']), late]));
      if (field(info, 'role') !== 'master') throw new Error('this server is a replica, it cannot be written');
      return new RedisSession(client, address, field(info, 'run_id'), options);
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  /**
   * @throws {ErrorReply} when the key holds another type than the command is for; the caller knows what to do about it.
   * @throws {DependencyUnavailable} on every other error, and when the answer does not come in time: then the session is lost.
   */
  async send(command: readonly string[]): Promise<Reply> {
    const started = performance.now();
    const timer = setTimeout(() => {
      this.close(
        new Error(`${command[0] ?? ''} was not answered within ${this.#options.commandTimeoutMs} ms`),
      );
    }, this.#options.commandTimeoutMs);
    try {
      return await this.#client.sendCommand<Reply>(command as string[]);
    } catch (error) {
      throw this.#translate(error);
    } finally {
      clearTimeout(timer);
      this.#options.observer.command((command[0] ?? '').toLowerCase(), (performance.now() - started) / 1000);
    }
  }

  /**
   * The value of a key as it is now, or as it was at some moment since the call: never older than a write that was acknowledged
   * before the call.
   *
   * A kept value costs no round trip of its own. All calls of one turn of the event loop share one `PING`; Redis sends its answer
   * after the announcements of all changes that came before it, so what is still kept when it arrives is current.
   *
   * @param load reads and parses the key on *this* session; what it gives is shared, so it must be immutable.
   */
  async read<T>(key: string, load: () => Promise<T | undefined>): Promise<T | undefined> {
    await (this.#barrier ??= this.#newBarrier());
    return (this.near.get(key) ?? this.near.load(key, load)) as T | undefined | Promise<T | undefined>;
  }

  /** Ends the session; commands under way fail. */
  close(reason: Error): void {
    this.#lose(reason);
    this.near.dropAll();
    if (this.#client.isOpen) this.#client.destroy();
  }

  async #newBarrier(): Promise<void> {
    await new Promise(setImmediate);
    // Given up before the PING is sent: who comes later must wait for the next one.
    this.#barrier = undefined;
    await this.send(['PING']);
  }

  #translate(error: unknown): unknown {
    if (error instanceof ErrorReply && error.message.startsWith('WRONGTYPE')) return error;
    if (error instanceof ErrorReply && error.message.startsWith('NOSCRIPT')) return error;
    // The primary has been demoted: stay, and every write would fail.
    if (error instanceof ErrorReply && error.message.startsWith('READONLY')) this.close(error);
    return new DependencyUnavailable('redis', { cause: error });
  }
}

type Client = ReturnType<typeof newClient>;

function newClient(address: Address, options: RedisOptions) {
  return createClient({
    RESP: 3,
    emitInvalidate: true,
    name: 'user-management',
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    database: options.database,
    // Commands never wait for a connection: there is one, or the caller hears that there is none.
    disableOfflineQueue: true,
    // node-redis arms an AbortSignal per command, and only until the command is written. The session has its own deadline.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
    socket: {
      host: address.host,
      port: address.port,
      connectTimeout: options.connectTimeoutMs,
      reconnectStrategy: false,
      ...(options.tls && {
        tls: true as const,
        servername: address.host,
        ...(options.tls.ca === undefined ? {} : { ca: options.tls.ca }),
      }),
    },
  });
}

/** The value of a line of INFO. */
export function field(info: string, name: string): string {
  const line = info.split('\r\n').find((candidate) => candidate.startsWith(`${name}:`));
  return line?.slice(name.length + 1) ?? '';
}

import { randomUUID } from 'node:crypto';
import { DependencyUnavailable } from '@user-management/domain';
import { ErrorReply } from 'redis';
import { Connection, type Reply } from './connection.ts';
import { type Loaded, NearCache } from './near-cache.ts';
import type { Address, ConnectionOptions } from './options.ts';
import { unlessAborted } from './deadline.ts';

/**
 * How much JSON one process keeps parsed, in characters: several thousand users and their tokens. Parsed, it
 * takes about as much memory again, three times as much with many small members, and up to twenty times (80
 * MB) when users fill their preferences with `[{},{},…]`.
 */
const NEAR_CAPACITY = 4 * 2 ** 20;
/** What an entry weighs beyond its text: key, map entry, object. */
const ENTRY_WEIGHT = 300;
const NOTHING: Loaded = { value: undefined, weight: 0, expires: 0 };
/** Never there: removing it changes nothing, but is refused wherever a write would be. */
const PROBE_KEY = 'lease:probe';

/** One Redis server for as long as one connection to it lives. */
export interface Session {
  /**
   * Names the time in which this process has been the primary: another one after a restart, a restored
   * snapshot or a failover, also one that leads back to the same process. Just after a failover it is another
   * one each time.
   */
  readonly term: string;
  readonly address: Address;
  /**
   * @throws {ErrorReply} when the key holds another type than the command is for; the caller knows what to do
   * about it.
   * @throws {DependencyUnavailable} on every other error, and when the answer does not come in time: then the
   * session is lost.
   */
  send(command: readonly string[]): Promise<Reply>;
  /**
   * The value of a key as it is now, or as it was at some moment since the call: never older than a write
   * that was acknowledged before the call.
   * @param parse what it gives is shared, so it must be immutable; what it throws is thrown on.
   * @throws as `send` does.
   */
  read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined>;
}

export interface SessionOptions extends ConnectionOptions {
  /** One of several servers, between which keys move. */
  readonly inCluster: boolean;
}

/**
 * A session is never revived: after any fault a new one is opened, so nothing that was learnt from one server
 * can be taken for another's.
 */
export class RedisSession implements Session {
  readonly #term: string;
  readonly #connection: Connection;
  readonly #inCluster: boolean;
  readonly #near = new NearCache(NEAR_CAPACITY, () => performance.now());
  #barrier: Promise<void> | undefined;
  #settled = 0;

  /**
   * @throws the cause, when there is no usable primary; the signal's reason, when that is aborted before
   * there is one.
   */
  static async open(address: Address, options: SessionOptions, signal: AbortSignal): Promise<RedisSession> {
    const extras = { database: options.database, tracking: !options.inCluster };
    const connection = await Connection.open(address, options, extras, signal);
    try {
      const session = new RedisSession(
        connection,
        options,
        await unlessAborted(readTerm(connection), signal),
      );
      await unlessAborted(session.check(), signal);
      if (!connection.isOpen) throw await connection.lost;
      return session;
    } catch (error) {
      connection.close(error as Error);
      throw error;
    }
  }

  private constructor(connection: Connection, options: SessionOptions, term: string) {
    this.#connection = connection;
    this.#inCluster = options.inCluster;
    this.#term = term;
    connection.onInvalidation((key) => {
      if (key === undefined) this.#near.dropAll();
      else this.#near.drop(key);
    });
  }

  get address(): Address {
    return this.#connection.address;
  }

  get term(): string {
    return performance.now() < this.#settled ? randomUUID() : this.#term;
  }

  /**
   * For after a failover: until all have noticed, some write to the old primary, and what is cached here
   * meanwhile never hears of that. So for so long the term is another one each time, and nothing that is
   * stored in it is ever found.
   */
  unsettle(milliseconds: number): void {
    this.#settled = performance.now() + milliseconds;
  }

  /** Settles when the session is lost; the value is the reason. */
  get lost(): Promise<Error> {
    return this.#connection.lost;
  }

  async send(command: readonly string[]): Promise<Reply> {
    try {
      return await this.#connection.send(command);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  /**
   * A kept value costs no round trip of its own. All calls of one turn of the event loop share one `PING`;
   * Redis sends its answer after the announcements of all changes that came before it, so what is still kept
   * when it arrives is current.
   *
   * Not so in a cluster: a server that lost a slot drops the keys without announcing it (`delKeysInSlot` in
   * Redis 7.0), and answers PING as ever. There every read asks for its key, which a server refuses once the
   * key is not its own.
   */
  async read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined> {
    if (this.#inCluster) return this.#readThere(key, parse);
    const load = () => this.#load(key, parse);
    if (this.#near.has(key)) await (this.#barrier ??= this.#newBarrier());
    return (this.#near.get(key) ?? this.#near.load(key, load)) as T | undefined | Promise<T | undefined>;
  }

  /**
   * Closes the session if the server is not the primary any more that it was, or may not be. Other faults are
   * left to who meets them.
   */
  async check(): Promise<void> {
    // In a cluster there is no key that every server would take; but there a server that is cut off finds out
    // by itself.
    const probe = this.#inCluster ? undefined : this.send(['DEL', PROBE_KEY]);
    await Promise.allSettled([this.#checkTerm(), probe]);
  }

  /** Drops what is kept of Redis in this process. */
  forget(): void {
    this.#near.dropAll();
  }

  /** Ends the session; commands under way fail. */
  close(reason: Error): void {
    this.#connection.close(reason);
    this.#near.dropAll();
  }

  async #readThere<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined> {
    const reply = await this.send(['GET', key]);
    return reply === null ? undefined : parse(String(reply));
  }

  async #load(key: string, parse: (text: string) => unknown): Promise<Loaded> {
    const asked = performance.now();
    const [reply, left] = await Promise.all([this.send(['GET', key]), this.send(['PTTL', key])]);
    if (reply === null) return NOTHING;
    const text = String(reply);
    // Without an expiry it is -1. Counted from before the question, it ends here no later than there.
    const expires = Number(left) === -1 ? Infinity : asked + Number(left);
    return { value: parse(text), weight: text.length + ENTRY_WEIGHT, expires };
  }

  async #checkTerm(): Promise<void> {
    try {
      if ((await readTerm(this.#connection)) === this.#term) return;
      this.close(new Error('the server has begun a new history'));
    } catch (error) {
      this.close(error as Error);
    }
  }

  async #newBarrier(): Promise<void> {
    await new Promise(setImmediate);
    // Given up before the PING is sent: who comes later must wait for the next one.
    this.#barrier = undefined;
    await this.send(['PING']);
  }

  #translate(error: unknown): unknown {
    if (error instanceof ErrorReply) {
      if (/^(WRONGTYPE|NOSCRIPT) /.test(error.message)) return error;
      if (this.#showsAnotherPrimary(error)) this.close(error);
    }
    return new DependencyUnavailable('cache', { cause: error });
  }

  /**
   * A primary that has lost the replicas which it was told to have may have been replaced by one of them
   * without knowing.
   */
  #showsAnotherPrimary({ message }: ErrorReply): boolean {
    return message.startsWith('READONLY ') || (!this.#inCluster && message.startsWith('NOREPLICAS '));
  }
}

async function readTerm(connection: Connection): Promise<string> {
  const info = String(await connection.send(['INFO', 'replication']));
  if (field(info, 'role') !== 'master') throw new Error('this server is a replica, it cannot be written');
  // The replication ID: made anew by every start and by every promotion, kept by nobody else who is a
  // primary.
  return field(info, 'master_replid');
}

/** The value of a line of INFO. */
export function field(info: string, name: string): string {
  const line = info.split('\r\n').find((candidate) => candidate.startsWith(`${name}:`));
  return line?.slice(name.length + 1) ?? '';
}

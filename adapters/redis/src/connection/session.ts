import { randomUUID } from 'node:crypto';
import { DependencyUnavailable } from '@user-management/domain';
import type { ErrorReply } from 'redis';
import { keys } from '../keys.ts';
import { Connection, type Reply } from './connection.ts';
import { unlessAborted } from './deadline.ts';
import { DirectReads } from './direct-reads.ts';
import type { Address, ConnectionOptions } from './options.ts';
import { probe } from './probe.ts';
import type { Reads } from './reads.ts';
import { isRefusal } from './refusal.ts';
import { readRole, type Role } from './role.ts';
import { TrackedReads } from './tracked-reads.ts';

/** One Redis server for as long as one connection to it lives. */
export interface Session {
  /**
   * Names the time in which this process has been the primary: another one after a restart, a restored
   * snapshot or a failover, also one that leads back to the same process. Just after a failover, and on a
   * replica, it is another one each time.
   */
  readonly term: string;
  readonly address: Address;
  /**
   * @throws {ErrorReply} when the key holds another type than the command is for; the caller knows what to do
   *   about it.
   * @throws {DependencyUnavailable} on every other error, and when the answer does not come in time: then the
   *   session is lost.
   */
  send(command: readonly string[]): Promise<Reply>;
  /**
   * The value of a key as it is now, or as it was at some moment since the call: never older than a write
   * that was acknowledged before the call.
   * @param parse what it gives is shared, so it must be immutable; what it throws is thrown on.
   * @throws {ValidationFailed} when the value is longer than any of the service's. @throws as `send` does.
   */
  read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined>;
}

/** What the topology decides about its sessions. */
export interface SessionOptions extends ConnectionOptions {
  /** Whether Redis announces changes, so that values can be kept: not where keys move between servers. */
  readonly tracking: boolean;
  /**
   * Whether a replica that is linked to its primary will do, for reading: not where somebody knows a primary.
   */
  readonly replicaWillDo: boolean;
  /** Refusals of a write which show that another server may be the primary by now. */
  readonly disowning: readonly string[];
  /** A hash tag whose slot the server holds, for keys to probe it with; `undefined` while there is none. */
  probeTag(): string | undefined;
}

/**
 * A session is never revived: after any fault a new one is opened, so nothing that was learnt from one server
 * can be taken for another's.
 */
export class RedisSession implements Session {
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  readonly #role: Role;
  readonly #reads: Reads;
  #settled = 0;
  #refusal: Error | undefined;

  /** @throws the cause, when the server cannot be used; the signal's reason, when that is aborted before. */
  static async open(address: Address, options: SessionOptions, signal: AbortSignal): Promise<RedisSession> {
    const { database, tracking } = options;
    const connection = await Connection.open(address, options, { database, tracking }, signal);
    try {
      const role = await unlessAborted(readRole(connection, options), signal);
      const session = new RedisSession(connection, options, role);
      await unlessAborted(session.check(), signal);
      if (!connection.isOpen) throw await connection.lost;
      return session;
    } catch (error) {
      connection.close(error as Error);
      throw error;
    }
  }

  private constructor(connection: Connection, options: SessionOptions, role: Role) {
    this.#connection = connection;
    this.#options = options;
    this.#role = role;
    this.#reads = options.tracking ? track(connection, this) : new DirectReads(this);
  }

  get address(): Address {
    return this.#connection.address;
  }

  get term(): string {
    const { term } = this.#role;
    return term === undefined || performance.now() < this.#settled ? randomUUID() : term;
  }

  /** Whether the server is a replica of some other one. */
  get isReplica(): boolean {
    return this.#role.term === undefined;
  }

  /** Why the server refused the last write that tried it; `undefined` when it took it. */
  get refusal(): Error | undefined {
    return this.#refusal;
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
    const started = performance.now();
    try {
      return await this.#connection.send(command);
    } catch (error) {
      throw this.#translate(error);
    } finally {
      const name = (command[0] ?? '').toLowerCase();
      this.#options.observer.command(name, (performance.now() - started) / 1000);
    }
  }

  read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined> {
    return this.#reads.read(key, parse);
  }

  /**
   * Learns whether the server takes writes. Closes the session if it cannot be used, or may not be the
   * primary any more that it was.
   */
  async check(): Promise<void> {
    try {
      const [role, refusal] = await Promise.all([readRole(this.#connection, this.#options), this.#probe()]);
      if (role.term !== this.#role.term) throw new Error('the server has begun a new history');
      if (this.#disowns(refusal)) throw refusal;
      this.#refusal = refusal;
    } catch (error) {
      this.close(error as Error);
    }
  }

  /** A section of INFO. */
  async info(section: string): Promise<string> {
    return String(await this.#connection.send(['INFO', section]));
  }

  /** Drops what is kept of Redis in this process. */
  forget(): void {
    this.#reads.forget();
  }

  /** Ends the session; commands under way fail. */
  close(reason: Error): void {
    this.#connection.close(reason);
    this.#reads.forget();
  }

  async #probe(): Promise<Error | undefined> {
    const tag = this.#options.probeTag();
    return tag === undefined ? undefined : probe(this.#connection, keys.probes(tag));
  }

  #translate(error: unknown): unknown {
    if (isRefusal(error, 'WRONGTYPE', 'NOSCRIPT')) return error;
    if (this.#disowns(error)) this.close(error);
    return new DependencyUnavailable('cache', { cause: error });
  }

  #disowns(error: unknown): error is ErrorReply {
    return !this.isReplica && isRefusal(error, ...this.#options.disowning);
  }
}

function track(connection: Connection, session: Session): Reads {
  const reads = new TrackedReads(session);
  connection.onInvalidation((key) => {
    reads.invalidate(key);
  });
  return reads;
}

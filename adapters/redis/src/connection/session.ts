import { randomUUID } from 'node:crypto';
import { DependencyUnavailable } from '@user-management/domain/errors';
import type { ErrorReply } from '@redis/client/dist/lib/errors.js';
import { keys } from '../keys.ts';
import type { ConnectionOptions } from './client.ts';
import { Connection, type Reply } from './connection.ts';
import { unlessAborted } from './deadline.ts';
import { DirectReads } from './direct-reads.ts';
import type { Address } from './options.ts';
import { probe } from './probe.ts';
import type { Look, Reads } from './reads.ts';
import { isRefusal } from './refusal.ts';
import { readRole, type Role } from './role.ts';
import { TrackedReads } from './tracked-reads.ts';

/** The use of one Redis server through one connection. */
export interface Session {
  /**
   * Names the current term of the primary. A restart, a restored snapshot or a failover begins a new term,
   * even when the same process becomes the primary again. On a replica, and shortly after a failover, each
   * call returns a different value.
   */
  readonly term: string;
  readonly address: Address;
  /**
   * @throws {ErrorReply} when the key has the wrong type for the command. The caller can remove it.
   * @throws {DependencyUnavailable} on every other error. When the answer takes too long, the session is
   * lost.
   */
  send(command: readonly string[]): Promise<Reply>;
  /**
   * Reads a value that is never older than the last write that was acknowledged before the call.
   * @param parse must return an immutable value, because callers share it. Its errors reach the caller.
   * @throws {ValidationFailed} when the value is longer than any that the service stores.
   * @throws as `send` does.
   */
  read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined>;
}

/** The options that depend on the topology. */
export interface SessionOptions extends ConnectionOptions {
  /**
   * Whether to keep values in this process. A cluster cannot, because its keys move without an announcement.
   */
  readonly tracking: boolean;
  /** Whether a replica with a link to its primary may be read. False where the topology knows the primary. */
  readonly replicaWillDo: boolean;
  /** The codes of refused writes that show that another server may be the primary now. */
  readonly disowning: readonly string[];
  /** A hash tag for the keys of the probe, with a slot of this server. `undefined` while there is none. */
  probeTag(): string | undefined;
}

/**
 * A session never reconnects. After any fault a new one is opened, so knowledge of one server is never used
 * for another.
 */
export class RedisSession implements Session {
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  readonly #role: Role;
  readonly #reads: Reads;
  #settled = 0;
  #refusal: Error | undefined;

  /**
   * @throws the cause when the server cannot be used, and the signal's reason when the signal aborts first.
   */
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

  get isReplica(): boolean {
    return this.#role.term === undefined;
  }

  /** The reason why the server refused the last probing write, or `undefined`. */
  get refusal(): Error | undefined {
    return this.#refusal;
  }

  /**
   * Makes `term` different at each call for some time after a failover. Other processes may still write to
   * the old primary then, and this server does not hear of those writes. So entries that are cached in this
   * time are never found.
   */
  unsettle(milliseconds: number): void {
    this.#settled = performance.now() + milliseconds;
  }

  /** Whether the server or the network ended the session, and not this process. */
  get wasCut(): boolean {
    return this.#connection.wasCut;
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

  /** See `Redis.readNear`. */
  readNear<T>(key: string, look: Look<T>): Promise<T | undefined> {
    return this.#reads.readNear(key, look);
  }

  /**
   * Learns whether the server accepts writes. Closes the session if its server is unusable or was demoted.
   */
  async check(): Promise<void> {
    try {
      const [role, refusal] = await Promise.all([readRole(this.#connection, this.#options), this.#probe()]);
      if (role.term !== this.#role.term) throw new Error('the server has begun a new term');
      if (this.#disowns(refusal)) throw refusal;
      this.#refusal = refusal;
    } catch (error) {
      this.close(error as Error);
    }
  }

  async info(section: string): Promise<string> {
    return String(await this.#connection.send(['INFO', section]));
  }

  /** Drops the values that are kept in this process. */
  forget(): void {
    this.#reads.forget();
  }

  /** Ends the session. In-flight commands fail. */
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

import { setTimeout as wait } from 'node:timers/promises';
import { DependencyUnavailable } from '@user-management/domain';
import type { RedisOptions } from './options.ts';
import { RedisSession } from './session.ts';

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
/** An idle connection is tried so often, so that a dead server is noticed before a user does. */
const HEARTBEAT_MS = 1_000;

/** Redis as the adapters see it, be it one server or many. */
export interface Redis {
  /** Whether every server that is needed can be reached. */
  readonly connected: boolean;
  /**
   * Runs the task on a session with the server that holds the key; once more when the key turns out to have moved, so it must be
   * repeatable.
   * @throws {DependencyUnavailable} at once when there is no such session: nothing ever waits for a connection.
   */
  run<T>(key: string, task: (session: RedisSession) => Promise<T>): Promise<T>;
  /** Runs the task on one session with every server that holds data. @throws {DependencyUnavailable} */
  each<T>(task: (session: RedisSession) => Promise<T>): Promise<T[]>;
  /** Drops all that sessions keep of Redis in this process. */
  forget(): void;
  close(): Promise<void>;
}

/** One primary: keeps a session open, and a new one after each loss, until closed. */
export class RedisServer implements Redis {
  readonly #options: RedisOptions;
  readonly #closing = new AbortController();
  #session: RedisSession | undefined;
  #lastFailure: unknown = new Error('not connected yet');
  #supervision: Promise<void> | undefined;

  constructor(options: RedisOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#session !== undefined;
  }

  /**
   * Connects once and stays connected from then on. Whether or not it succeeds at first, it goes on trying until `close`.
   * @throws the cause of the first failure.
   */
  async connect(): Promise<void> {
    const first = RedisSession.open(this.#options);
    this.#supervision = this.#supervise(first);
    await first;
  }

  async run<T>(_key: string, task: (session: RedisSession) => Promise<T>): Promise<T> {
    if (!this.#session) throw new DependencyUnavailable('redis', { cause: this.#lastFailure });
    return task(this.#session);
  }

  async each<T>(task: (session: RedisSession) => Promise<T>): Promise<T[]> {
    return [await this.run('', task)];
  }

  forget(): void {
    this.#session?.near.dropAll();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#session?.close(new Error('closed'));
    await this.#supervision;
  }

  async #supervise(first: Promise<RedisSession>): Promise<void> {
    let attempt: Promise<RedisSession> | undefined = first;
    for (let failures = 0; !this.#closing.signal.aborted; attempt = undefined) {
      try {
        await this.#serve(await (attempt ?? RedisSession.open(this.#options)));
        failures = 0;
      } catch (error) {
        this.#lastFailure = error;
        failures += 1;
      }
      await this.#pause(failures);
    }
  }

  async #serve(session: RedisSession): Promise<void> {
    const { observer, logger } = this.#options;
    if (this.#closing.signal.aborted) {
      session.close(new Error('closed'));
      return;
    }
    this.#session = session;
    observer.redisConnected(true);
    logger.info({ redis: session.address }, 'Redis connected');
    const heartbeat = setInterval(() => {
      session.send(['PING']).catch(() => undefined);
    }, HEARTBEAT_MS);
    heartbeat.unref();
    this.#lastFailure = await session.lost;
    clearInterval(heartbeat);
    this.#session = undefined;
    observer.redisConnected(false);
    if (!this.#closing.signal.aborted) {
      logger.warn({ redis: session.address, err: this.#lastFailure }, 'Redis lost, reconnecting');
    }
  }

  /** Exponential, with jitter so that replicas which lost Redis together do not come back together. */
  async #pause(failures: number): Promise<void> {
    const longest = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS);
    const time = longest * (0.5 + Math.random() / 2);
    await wait(time, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

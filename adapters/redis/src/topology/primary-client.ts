import { setTimeout as wait } from 'node:timers/promises';
import { DependencyUnavailable } from '@user-management/domain';
import { unlessAborted, within } from '../connection/deadline.ts';
import type { Address, RedisState } from '../connection/options.ts';
import type { Locator } from './locator.ts';
import type { Redis } from './redis.ts';
import { readVitals } from '../connection/vitals.ts';
import { RedisSession, type Session, type SessionOptions } from '../connection/session.ts';

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
/**
 * A connection is tried so often, so that a server which is dead, demoted or replaced is noticed before a
 * user does.
 */
const HEARTBEAT_MS = 1_000;
/** Vitals are for graphs and alerts: every tenth heartbeat is often enough. */
const HEARTBEATS_PER_VITALS = 10;
/**
 * How long it may take after a failover until every other process has noticed: a heartbeat, and much patience
 * with slow machines.
 */
const SETTLING_MS = 5_000;

interface PrimaryOptions extends SessionOptions {
  readonly locator: Locator;
}

/** One primary: keeps a session open, and a new one after each loss, until closed. */
export class PrimaryClient implements Redis {
  readonly #options: PrimaryOptions;
  readonly #closing = new AbortController();
  #session: RedisSession | undefined;
  #told: RedisState = 'disconnected';
  #lastAddress: Address | undefined;
  #lastFailure: unknown = new Error('not connected yet');
  #first: Promise<RedisSession> | undefined;
  #supervision: Promise<void> | undefined;

  constructor(options: PrimaryOptions) {
    this.#options = options;
  }

  get state(): RedisState {
    if (!this.#session) return 'disconnected';
    return this.#session.refusal ? 'read-only' : 'connected';
  }

  /** Called again, it gives the outcome of the first attempt again. */
  async connect(): Promise<void> {
    this.#first ??= this.#open();
    this.#supervision ??= this.#supervise(this.#first);
    await this.#first;
  }

  run<T>(_key: string, task: (session: Session) => Promise<T>): Promise<T> {
    return this.use(task);
  }

  async each<T>(task: (session: Session) => Promise<T>): Promise<T[]> {
    return [await this.use(task)];
  }

  /** Runs the task on the session, whatever its keys. @throws {DependencyUnavailable} */
  async use<T>(task: (session: Session) => Promise<T>): Promise<T> {
    if (!this.#session) throw new DependencyUnavailable('cache', { cause: this.#lastFailure });
    return task(this.#session);
  }

  forget(): void {
    this.#session?.forget();
  }

  async close(): Promise<void> {
    const reason = new Error('closed');
    this.#session?.close(reason);
    this.#closing.abort(reason);
    this.#options.locator.close();
    await this.#supervision;
  }

  async #supervise(first: Promise<RedisSession>): Promise<void> {
    let attempt: Promise<RedisSession> | undefined = first;
    for (let failures = 0; !this.#isClosing(); attempt = undefined) {
      try {
        await this.#serve(await (attempt ?? this.#open()));
        failures = 0;
      } catch (error) {
        this.#lastFailure = error;
        failures += 1;
      }
      await this.#pause(failures);
    }
  }

  #open(): Promise<RedisSession> {
    const { connectTimeoutMs, locator } = this.#options;
    return within(connectTimeoutMs, this.#closing.signal, async (signal) => {
      const address = await unlessAborted(locator.locate(), signal);
      return RedisSession.open(address, this.#options, signal);
    });
  }

  async #serve(session: RedisSession): Promise<void> {
    if (this.#isClosing()) {
      session.close(new Error('closed'));
      return;
    }
    if (this.#lastAddress && !isSame(session.address, this.#lastAddress)) session.unsettle(SETTLING_MS);
    this.#lastAddress = session.address;
    this.#session = session;
    this.#tell();
    const stopHeart = this.#beat(session);
    this.#lastFailure = await session.lost;
    stopHeart();
    this.#session = undefined;
    this.#tell();
  }

  /** Tells each change of the state once. */
  #tell(): void {
    const { state } = this;
    if (state === this.#told) return;
    this.#told = state;
    const { observer, logger, consequence } = this.#options;
    observer.redisState(state);
    if (this.#isClosing()) return;
    const redis = this.#lastAddress;
    if (state === 'connected') logger.info({ redis }, 'Redis connected');
    else if (state === 'disconnected')
      logger.warn({ redis, err: this.#lastFailure }, `Redis lost: ${consequence}`);
    else
      logger.warn(
        { redis, err: this.#session?.refusal },
        `Redis refuses writes and counts as lost for them: ${consequence}`,
      );
  }

  /** @returns a function that stops it. */
  #beat(session: RedisSession): () => void {
    let beats = 0;
    const beat = () => {
      if (beats++ % HEARTBEATS_PER_VITALS === 0) void this.#tellVitals(session);
      void this.#check(session);
    };
    const heartbeat = setInterval(beat, HEARTBEAT_MS);
    return () => {
      clearInterval(heartbeat);
    };
  }

  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async #check(session: RedisSession): Promise<void> {
    // A failed check has closed the session where it means something.
    await Promise.allSettled([session.check(), this.#followPrimary(session), this.#leaveReplica(session)]);
    if (this.#session === session) this.#tell();
  }

  async #tellVitals(session: RedisSession): Promise<void> {
    try {
      this.#options.observer.redisVitals(await readVitals(session));
    } catch {
      // Without an answer there is nothing to tell.
    }
  }

  /**
   * The name of the server may lead to a primary by now; until it does, the replica is better than nothing.
   */
  async #leaveReplica(session: RedisSession): Promise<void> {
    if (!session.isReplica) return;
    const other = await this.#open();
    other.close(new Error('only tried'));
    if (!other.isReplica) session.close(new Error('there is a primary again'));
  }

  async #followPrimary(session: RedisSession): Promise<void> {
    const primary = await this.#options.locator.locate();
    if (isSame(primary, session.address)) return;
    session.close(new Error(`the primary is now ${primary.host}:${primary.port}`));
  }

  /** Exponential, with jitter so that replicas which lost Redis together do not come back together. */
  async #pause(failures: number): Promise<void> {
    const longest = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS);
    const time = longest * (0.5 + Math.random() / 2);
    await wait(time, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

const isSame = (one: Address, other: Address) => one.host === other.host && one.port === other.port;

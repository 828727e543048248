import { setTimeout as wait } from 'node:timers/promises';
import { DependencyUnavailable } from '@user-management/domain/errors';
import { Attempt } from '../connection/attempt.ts';
import { unlessAborted, within } from '../connection/deadline.ts';
import type { Address, RedisState } from '../connection/options.ts';
import type { Locator } from './locator.ts';
import type { Redis } from './redis.ts';
import { readVitals } from '../connection/vitals.ts';
import { type Look, NOTHING_NEAR } from '../connection/reads.ts';
import { RedisSession, type Session, type SessionOptions } from '../connection/session.ts';

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
/**
 * A server that cut the connection is often well: an operator ended its clients, or a proxy was replaced. So
 * tasks wait this long for the first attempt to reconnect, which takes milliseconds.
 */
const COMEBACK_MS = 500;
/** The heartbeat notices a dead, demoted or replaced server even when no request comes. */
const HEARTBEAT_MS = 1_000;
/** Vitals serve graphs and alerts, so every tenth heartbeat is often enough. */
const HEARTBEATS_PER_VITALS = 10;
/**
 * The time in which every other process notices a failover: one heartbeat, with reserve for slow machines.
 */
const SETTLING_MS = 5_000;

interface PrimaryOptions extends SessionOptions {
  readonly locator: Locator;
}

/** Keeps a session with one primary open. It opens a new one after each loss, until it is closed. */
export class PrimaryClient implements Redis {
  readonly #options: PrimaryOptions;
  readonly #closing = new AbortController();
  #session: RedisSession | undefined;
  #told: RedisState = 'disconnected';
  #lastAddress: Address | undefined;
  #lastFailure: unknown = new Error('not connected yet');
  /** While tasks wait for the first attempt after a cut. */
  #comeback: PromiseWithResolvers<undefined> | undefined;
  #first: Promise<RedisSession> | undefined;
  #supervision: Promise<void> | undefined;

  constructor(options: PrimaryOptions) {
    this.#options = options;
  }

  get state(): RedisState {
    if (!this.#session) return 'disconnected';
    return this.#session.refusal ? 'read-only' : 'connected';
  }

  /** Every call returns the outcome of the first attempt. */
  async connect(): Promise<void> {
    this.#first ??= this.#open();
    this.#supervision ??= this.#supervise(this.#first);
    await this.#first;
  }

  run<T>(_key: string, task: (session: Session) => Promise<T>): Promise<T> {
    return this.use(task);
  }

  readNear<T>(key: string, look: Look<T>): Promise<T | undefined> {
    return this.#session?.readNear(key, look) ?? NOTHING_NEAR;
  }

  async each<T>(task: (session: Session) => Promise<T>): Promise<T[]> {
    return [await this.use(task)];
  }

  /** Runs the task on the session, and on the next one if a cut took the answers to its reads. */
  async use<T>(task: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#session ?? (await this.#nextSession());
    const attempt = new Attempt(session);
    try {
      return await task(attempt);
    } catch (error) {
      if (!session.wasCut || !attempt.hasOnlyRead) throw error;
      await session.lost;
      return task(await this.#nextSession());
    }
  }

  /** @throws {DependencyUnavailable} */
  async #nextSession(): Promise<RedisSession> {
    await this.#comeback?.promise;
    if (!this.#session) throw new DependencyUnavailable('cache', { cause: this.#lastFailure });
    return this.#session;
  }

  forget(): void {
    this.#session?.forget();
  }

  async close(): Promise<void> {
    const reason = new Error('closed');
    this.#session?.close(reason);
    this.#closing.abort(reason);
    this.#comeback?.resolve(undefined);
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
        this.#comeback?.resolve(undefined);
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
    this.#comeback?.resolve(undefined);
    this.#tell();
    const stopHeart = this.#beat(session);
    this.#lastFailure = await session.lost;
    stopHeart();
    this.#session = undefined;
    if (session.wasCut) this.#expectComeback();
    this.#tell();
  }

  #expectComeback(): void {
    const comeback = Promise.withResolvers<undefined>();
    const timer = setTimeout(comeback.resolve, COMEBACK_MS, undefined);
    this.#comeback = comeback;
    void comeback.promise.then(() => {
      clearTimeout(timer);
      if (this.#comeback === comeback) this.#comeback = undefined;
    });
  }

  /** Reports each change of the state once. */
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

  /** @returns a function that stops the heartbeat. */
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
    // A check that fails closes the session itself if it has to.
    await Promise.allSettled([session.check(), this.#followPrimary(session), this.#leaveReplica(session)]);
    if (this.#session === session) this.#tell();
  }

  async #tellVitals(session: RedisSession): Promise<void> {
    try {
      this.#options.observer.redisVitals(await readVitals(session));
    } catch {
      // Without an answer there is nothing to report. The check handles a lost server.
    }
  }

  /** The host name may lead to a primary now. Until it does, the replica at least answers reads. */
  async #leaveReplica(session: RedisSession): Promise<void> {
    if (!session.isReplica) return;
    const other = await this.#open();
    other.close(new Error('the connection was only a test'));
    if (!other.isReplica) session.close(new Error('a primary is available again'));
  }

  async #followPrimary(session: RedisSession): Promise<void> {
    const primary = await this.#options.locator.locate();
    if (isSame(primary, session.address)) return;
    session.close(new Error(`the primary is now ${primary.host}:${primary.port}`));
  }

  /** Exponential backoff. The jitter spreads the reconnections of replicas that lost Redis together. */
  async #pause(failures: number): Promise<void> {
    const longest = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS);
    const time = longest * (0.5 + Math.random() / 2);
    await wait(time, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

const isSame = (one: Address, other: Address) => one.host === other.host && one.port === other.port;

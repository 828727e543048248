import { DependencyUnavailable, type Logger, ValidationFailed } from '@user-management/domain';
import { ErrorReply } from 'redis';
import type { RedisObserver } from './options.ts';
import type { Redis } from './redis.ts';
import type { Reply, RedisSession } from './session.ts';

type Kind = Parameters<RedisObserver['lookup']>[0];

/** Keys that were reported already; bounded, since whoever poisons Redis may poison many. */
const REPORTED_KEYS = 1_000;

/**
 * Reads keys whose content is not to be trusted. What does not parse counts as absent: it is removed, counted, and logged once per
 * key.
 */
export class Entries {
  readonly #redis: Redis;
  readonly #observer: RedisObserver;
  readonly #logger: Logger;
  readonly #reported = new Set<string>();

  constructor(redis: Redis, observer: RedisObserver, logger: Logger) {
    this.#redis = redis;
    this.#observer = observer;
    this.#logger = logger;
  }

  /**
   * @param parse throws {ValidationFailed} on what it does not accept; `undefined` means valid, but not for us.
   * @throws {DependencyUnavailable}
   */
  async read<T>(
    kind: Kind,
    key: string,
    parse: (text: string, session: RedisSession) => T | undefined,
  ): Promise<T | undefined> {
    try {
      const value = await this.#redis.run(key, (session) =>
        session.read(key, () => this.#load(kind, key, session, parse)),
      );
      this.#observer.lookup(kind, value === undefined ? 'miss' : 'hit');
      return value;
    } catch (error) {
      if (error instanceof DependencyUnavailable) this.#observer.lookup(kind, 'error');
      throw error;
    }
  }

  async #load<T>(
    kind: Kind,
    key: string,
    session: RedisSession,
    parse: (text: string, session: RedisSession) => T | undefined,
  ): Promise<T | undefined> {
    try {
      const text: Reply = await session.send(['GET', key]);
      return text === null ? undefined : parse(String(text), session);
    } catch (error) {
      if (!(error instanceof ValidationFailed || error instanceof ErrorReply)) throw error;
      this.#observer.lookup(kind, 'invalid');
      this.#report(key, error);
      await session.send(['UNLINK', key]);
      return undefined;
    }
  }

  #report(key: string, error: Error): void {
    if (this.#reported.has(key) || this.#reported.size >= REPORTED_KEYS) return;
    this.#reported.add(key);
    this.#logger.warn({ key, reason: error.message }, 'Removed an invalid entry from Redis');
  }
}

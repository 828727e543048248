import { DependencyUnavailable, type Logger, ValidationFailed } from '@user-management/domain';
import { ErrorReply } from 'redis';
import type { RedisObserver } from '../connection/options.ts';
import type { Runner } from './on-behalf-of.ts';
import { refusalCode } from '../connection/refusal.ts';
import type { Session } from '../connection/session.ts';

type Kind = Parameters<RedisObserver['lookup']>[0];

/** Limits the memory for reported keys, because an attacker may poison many of them. */
const REPORTED_KEYS = 1_000;

/**
 * Reads keys whose content is not trusted. An entry that does not parse counts as absent. It is removed and
 * counted, and logged once for each key.
 */
export class Entries {
  readonly #redis: Runner;
  readonly #observer: RedisObserver;
  readonly #logger: Logger;
  readonly #reported = new Set<string>();

  constructor(redis: Runner, observer: RedisObserver, logger: Logger) {
    this.#redis = redis;
    this.#observer = observer;
    this.#logger = logger;
  }

  /**
   * @param parse throws {ValidationFailed} for an invalid entry, and returns `undefined` for a valid one that
   * must not be used.
   * @throws {DependencyUnavailable}
   */
  async read<T>(
    kind: Kind,
    key: string,
    parse: (text: string, session: Session) => T | undefined,
  ): Promise<T | undefined> {
    try {
      return await this.#redis.run(key, (session) => this.#readOn(session, kind, key, parse));
    } catch (error) {
      if (error instanceof DependencyUnavailable) this.#observer.lookup(kind, 'error');
      throw error;
    }
  }

  /** Removes an invalid entry. @throws {DependencyUnavailable} */
  async remove(kind: Kind, key: string, session: Session, reason: Error): Promise<void> {
    try {
      await session.send(['UNLINK', key]);
    } catch (error) {
      // A Redis that refuses writes keeps the entry. Each read still treats it as absent.
      if (refusalCode(error) === undefined) throw error;
    }
    this.#observer.lookup(kind, 'invalid');
    this.#report(key, reason);
  }

  async #readOn<T>(
    session: Session,
    kind: Kind,
    key: string,
    parse: (text: string, session: Session) => T | undefined,
  ): Promise<T | undefined> {
    try {
      const value = await session.read(key, (text) => parse(text, session));
      this.#observer.lookup(kind, value === undefined ? 'miss' : 'hit');
      return value;
    } catch (error) {
      if (!(error instanceof ValidationFailed || error instanceof ErrorReply)) throw error;
      await this.remove(kind, key, session, error);
      return undefined;
    }
  }

  #report(key: string, err: Error): void {
    if (this.#reported.has(key) || this.#reported.size >= REPORTED_KEYS) return;
    this.#reported.add(key);
    this.#logger.warn({ key, err }, 'An invalid entry was removed from Redis.');
  }
}

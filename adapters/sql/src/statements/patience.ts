import { setTimeout as sleep } from 'node:timers/promises';
import { DependencyUnavailable } from '@user-management/domain';

const FIRST_WAIT_MS = 4;
const LONGEST_WAIT_MS = 200;

/** Backoff between attempts until a deadline, and the limit of a caller's wait. */
export class Patience {
  readonly #deadline: number;
  readonly #longestMs: number | undefined;
  #ceiling = FIRST_WAIT_MS;
  #isLost = false;

  /**
   * @param milliseconds the time in which an attempt may start.
   * @param longestMs the limit of `limit`. `undefined`: the work ends by itself in time.
   */
  constructor(milliseconds: number, longestMs?: number) {
    this.#deadline = performance.now() + milliseconds;
    this.#longestMs = longestMs;
  }

  /** Whether the caller has been told that the store is unavailable. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Settles as the work does, if it does so in time. Otherwise the work goes on until its own limits end it,
   * and nobody waits for it.
   * @throws {DependencyUnavailable} when the work takes too long
   */
  async limit<T>(work: Promise<T>): Promise<T> {
    const longestMs = this.#longestMs;
    if (longestMs === undefined) return work;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      this.#isLost = true;
      const cause = new Error(`There was no answer within ${longestMs} ms.`);
      late.reject(new DependencyUnavailable('user store', { cause }));
    }, longestMs);
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws {DependencyUnavailable} when it has been long enough */
  check(cause: unknown): void {
    if (performance.now() > this.#deadline) throw new DependencyUnavailable('user store', { cause });
  }

  /**
   * Waits a random time below a ceiling that doubles each time. Writers that collided once then rarely
   * collide again ("full jitter": Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015).
   * @throws {DependencyUnavailable} when it has been long enough
   */
  async wait(cause: unknown): Promise<void> {
    this.check(cause);
    await sleep(Math.random() * this.#ceiling);
    this.#ceiling = Math.min(this.#ceiling * 2, LONGEST_WAIT_MS);
  }
}

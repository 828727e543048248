import { setTimeout as sleep } from 'node:timers/promises';
import { DependencyUnavailable } from '@user-management/domain';

const FIRST_WAIT_MS = 4;
const LONGEST_WAIT_MS = 200;

/** Backoff between attempts until a deadline. */
export class Patience {
  readonly #deadline: number;
  #ceiling = FIRST_WAIT_MS;

  constructor(milliseconds: number) {
    this.#deadline = performance.now() + milliseconds;
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

import { setTimeout as pause } from 'node:timers/promises';

/** Less than the time after which a client counts as gone: the service reads nothing from it meanwhile. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 250;

/**
 * How long one import waits for its store. When that is used up, the import goes on and does not wait again
 * until the store is back: a long one would take days otherwise.
 */
export class StorePatience {
  readonly #now: () => number;
  readonly #pause: (milliseconds: number) => Promise<unknown>;
  #lostAt: number | undefined;

  constructor(now = () => performance.now(), wait: (milliseconds: number) => Promise<unknown> = pause) {
    this.#now = now;
    this.#pause = wait;
  }

  /** The store is gone. Waits a little. @returns whether to try again */
  async wait(): Promise<boolean> {
    this.#lostAt ??= this.#now();
    if (this.#now() - this.#lostAt >= PATIENCE_MS) return false;
    await this.#pause(PAUSE_MS);
    return true;
  }

  /** The store has answered. */
  renew(): void {
    this.#lostAt = undefined;
  }
}

import { pause } from './pause.ts';

/** Without any success the next fault comes after so long all the same. */
const PATIENCE_MS = 1_500;

/**
 * Lets faults come after so many successes, not after so much time: on a busy machine there is as much to
 * disturb as on an idle one.
 */
export class Pace {
  readonly #waiting = new Set<{ left: number; go: () => void }>();

  success(): void {
    for (const one of this.#waiting) {
      one.left -= 1;
      if (one.left <= 0) one.go();
    }
  }

  /** Fulfilled after so many successes from now, or else after a while, or when the signal is aborted. */
  async after(successes: number, signal: AbortSignal): Promise<void> {
    const reached = new AbortController();
    const one = { left: successes, go: () => reached.abort() };
    this.#waiting.add(one);
    await pause(PATIENCE_MS, AbortSignal.any([reached.signal, signal]));
    this.#waiting.delete(one);
  }
}

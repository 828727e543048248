import { pause } from './pause.ts';

/** The next fault comes after this time even without any success. */
const PATIENCE_MS = 1_500;

/**
 * Times faults by successful operations, so that a busy machine has as many operations to disturb as an idle
 * one.
 */
export class Pace {
  readonly #waiting = new Set<{ left: number; go: () => void }>();

  success(): void {
    for (const one of this.#waiting) {
      one.left -= 1;
      if (one.left <= 0) one.go();
    }
  }

  /** Waits for a number of successes. It ends early after `PATIENCE_MS` or when the signal aborts. */
  async after(successes: number, signal: AbortSignal): Promise<void> {
    const reached = new AbortController();
    const one = { left: successes, go: () => reached.abort() };
    this.#waiting.add(one);
    await pause(PATIENCE_MS, AbortSignal.any([reached.signal, signal]));
    this.#waiting.delete(one);
  }
}

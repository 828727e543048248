import { setTimeout as wait } from 'node:timers/promises';
import { TooSlow } from './journal.ts';

const TICK_MS = 20;

/** Measures calls, without the time in which this process was busy with other work or did not run. */
export class Stopwatch {
  readonly #boundMs: number;
  readonly #timer: NodeJS.Timeout;
  #lastTick = performance.now();
  #stalledMs = 0;
  #worstMs = 0;

  /** @param boundMs the time limit of a call */
  constructor(boundMs: number) {
    this.#boundMs = boundMs;
    this.#timer = setInterval(() => {
      this.#stalledMs += this.#lateness();
      this.#lastTick = performance.now();
    }, TICK_MS);
  }

  get worstMs(): number {
    return this.#worstMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * @param calls how many calls with the time limit of one it may make
   * @throws {TooSlow} when the call takes too long or never ends
   */
  async time<T>(what: string, call: () => Promise<T>, calls = 1): Promise<T> {
    const elapsed = this.#start();
    const over = new AbortController();
    try {
      return await Promise.race([
        call(),
        this.#alarm(what, elapsed, { boundMs: calls * this.#boundMs, signal: over.signal }),
      ]);
    } finally {
      over.abort();
      this.#worstMs = Math.max(this.#worstMs, elapsed());
    }
  }

  async #alarm(
    what: string,
    elapsed: () => number,
    { boundMs, signal }: { boundMs: number; signal: AbortSignal },
  ): Promise<never> {
    for (let left = boundMs; left > 0; left = boundMs - elapsed()) {
      await wait(left, undefined, { signal });
    }
    throw new TooSlow(`${what} was not answered within ${boundMs} ms`);
  }

  #start(): () => number {
    const [began, stalled] = [performance.now(), this.#stalled()];
    return () => performance.now() - began - (this.#stalled() - stalled);
  }

  #stalled(): number {
    return this.#stalledMs + this.#lateness();
  }

  #lateness(): number {
    return Math.max(0, performance.now() - this.#lastTick - TICK_MS);
  }
}

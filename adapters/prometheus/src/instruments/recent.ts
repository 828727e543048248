/** Bounds the memory, because strangers choose what is added. */
const MOST = 10_000;

/**
 * How many different values were added lately: in the last one to two periods. Adding costs a look at the
 * clock and a hash lookup.
 */
export class Recent {
  readonly #period: number;
  #current = new Set<string>();
  #previous = new Set<string>();
  #began = performance.now();

  /** @param seconds the length of a period. */
  constructor(seconds: number) {
    this.#period = seconds * 1000;
  }

  /** At most 10,000. */
  get size(): number {
    this.#turn();
    return Math.min(MOST, new Set([...this.#current, ...this.#previous]).size);
  }

  add(value: string): void {
    this.#turn();
    if (this.#current.size < MOST) this.#current.add(value);
  }

  #turn(): void {
    const periods = Math.floor((performance.now() - this.#began) / this.#period);
    if (periods === 0) return;
    this.#previous = periods === 1 ? this.#current : new Set();
    this.#current = new Set();
    this.#began += periods * this.#period;
  }
}

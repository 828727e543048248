/**
 * Keeps parsed values of Redis keys in this process while one connection lives. With `CLIENT TRACKING` Redis
 * announces every change of a key that the connection has read, in order with the replies. `TrackedReads`
 * depends on that order.
 *
 * Redis announces an expiry only when it removes the key, which may be late. So the cache has its own timer.
 */
export class NearCache {
  readonly #kept = new Map<string, Loaded>();
  readonly #loads = new Map<string, Promise<Loaded>>();
  readonly #capacity: number;
  readonly #now: () => number;
  #weight = 0;

  /**
   * @param capacity the limit for the sum of the weights.
   * @param now a clock in milliseconds with any start.
   */
  constructor(capacity: number, now: () => number) {
    this.#capacity = capacity;
    this.#now = now;
  }

  /** Whether a value is kept or being loaded. */
  has(key: string): boolean {
    return this.get(key) !== undefined || this.#loads.has(key);
  }

  get(key: string): unknown {
    const kept = this.#kept.get(key);
    if (kept && kept.expires <= this.#now()) {
      this.drop(key);
      return undefined;
    }
    return kept?.value;
  }

  /**
   * Loads a value and keeps it, unless the key changes during the load. The announcement may be handled
   * before the reply, although Redis sent it after the reply. Concurrent callers share one load. A caller
   * that comes after a change starts a new one.
   */
  async load(key: string, read: () => Promise<Loaded>): Promise<unknown> {
    const running = this.#loads.get(key);
    if (running) return (await running).value;
    const load = read();
    this.#loads.set(key, load);
    const isCurrent = () => this.#loads.get(key) === load && this.#loads.delete(key);
    load.then(
      (loaded) => {
        if (isCurrent()) this.#keep(key, loaded);
      },
      () => isCurrent(),
    );
    return (await load).value;
  }

  drop(key: string): void {
    this.#weight -= this.#kept.get(key)?.weight ?? 0;
    this.#kept.delete(key);
    this.#loads.delete(key);
  }

  dropAll(): void {
    this.#weight = 0;
    this.#kept.clear();
    this.#loads.clear();
  }

  #keep(key: string, loaded: Loaded): void {
    // An absent key is not kept, because a client could fill the memory with guesses.
    if (loaded.value === undefined) return;
    this.#kept.set(key, loaded);
    this.#weight += loaded.weight;
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.#capacity) break;
      this.drop(oldest);
    }
  }
}

export interface Loaded {
  /** Immutable, because callers share it. `undefined` when the key is absent. */
  readonly value: unknown;
  readonly weight: number;
  /** The time of expiry, by the clock of the cache. */
  readonly expires: number;
}

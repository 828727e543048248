/**
 * Parsed values of Redis keys, kept in this process as long as one connection lives. Redis is told to track
 * what that connection reads (`CLIENT TRACKING`) and announces every change on it, in order with the replies.
 * That order is the whole point: see `RedisSession.read`.
 *
 * Only an expiry is announced late, when Redis gets round to removing the key; so that is timed here.
 */
export class NearCache {
  readonly #kept = new Map<string, Loaded>();
  readonly #loads = new Map<string, Promise<Loaded>>();
  readonly #capacity: number;
  readonly #now: () => number;
  #weight = 0;

  /**
   * @param capacity the sum of the weights that it may hold.
   * @param now in milliseconds, since any moment.
   */
  constructor(capacity: number, now: () => number) {
    this.#capacity = capacity;
    this.#now = now;
  }

  /** Whether a value is there or on its way. */
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
   * Loads a value and keeps it, unless the key changes while it is on its way: the announcement may be
   * handled before the reply is, although it was sent after it. Whoever asks in the meantime shares the load;
   * after such a change nobody new does.
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
    // An absent key is not kept: a client could fill the memory with guesses.
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
  /** Shared by all who ask, so it must be immutable; `undefined` when there is none. */
  readonly value: unknown;
  readonly weight: number;
  /** When, by the cache's clock. */
  readonly expires: number;
}

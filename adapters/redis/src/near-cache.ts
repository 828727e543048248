/**
 * Parsed values of Redis keys, kept in this process as long as one connection lives. Redis is told to track what that connection
 * reads (`CLIENT TRACKING`) and announces every change on it, in order with the replies. That order is the whole point:
 * see `RedisSession.read`.
 */
export class NearCache {
  readonly #values = new Map<string, unknown>();
  readonly #loads = new Map<string, Load>();
  readonly #maxEntries: number;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  /**
   * Loads a value and keeps it, unless the key changes while it is on its way: the announcement may be handled before the reply is,
   * although it was sent after it. Whoever asks in the meantime shares the load; after such a change nobody new does.
   */
  load(key: string, read: () => Promise<unknown>): Promise<unknown> {
    const running = this.#loads.get(key);
    if (running) return running.value;
    const load: Load = { value: read() };
    this.#loads.set(key, load);
    const settle = (value?: unknown) => {
      if (this.#loads.get(key) !== load) return;
      this.#loads.delete(key);
      // An absent key is not kept: a client could fill the memory with guesses.
      if (value !== undefined) this.#keep(key, value);
    };
    load.value.then(settle, () => {
      settle();
    });
    return load.value;
  }

  drop(key: string): void {
    this.#values.delete(key);
    this.#loads.delete(key);
  }

  dropAll(): void {
    this.#values.clear();
    this.#loads.clear();
  }

  #keep(key: string, value: unknown): void {
    if (this.#values.size >= this.#maxEntries) {
      const [oldest] = this.#values.keys();
      if (oldest !== undefined) this.#values.delete(oldest);
    }
    this.#values.set(key, value);
  }
}

interface Load {
  readonly value: Promise<unknown>;
}

/** Lets what concerns one key happen one after the other, in the order in which it was asked for. */
export class Turns<Key> {
  readonly #last = new Map<Key, Promise<unknown>>();

  async take<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const turn = after(this.#last.get(key), work);
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}

async function after<T>(previous: Promise<unknown> | undefined, work: () => Promise<T>): Promise<T> {
  // How the one before ended is for whoever asked for it.
  await previous?.catch(() => undefined);
  return work();
}

/** Runs the work of one key sequentially, in the order of the calls. */
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
  // Only the previous caller handles the previous error.
  await previous?.catch(() => undefined);
  return work();
}

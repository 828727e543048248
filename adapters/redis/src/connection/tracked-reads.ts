import { isRefusal } from './refusal.ts';
import { type Loaded, NearCache } from './near-cache.ts';
import { FOR_GOOD, readBounded, type Reads, type Sender } from './reads.ts';

/**
 * How much JSON one process keeps parsed, in characters: several thousand users and their tokens. Parsed, it
 * takes about as much memory again, three times as much with many small members, and up to twenty times (80
 * MB) when users fill their preferences with `[{},{},…]`.
 */
const NEAR_CAPACITY = 4 * 2 ** 20;
/** What an entry weighs beyond its text: key, map entry, object. */
const ENTRY_WEIGHT = 300;
const NOTHING: Loaded = { value: undefined, weight: 0, expires: 0 };

/**
 * Keeps values in this process as long as Redis announces no change. A kept value costs no round trip of its
 * own: all calls of one turn of the event loop share one `PING`. Redis sends its answer after the
 * announcements of all changes that came before it, so what is still kept when it arrives is current.
 */
export class TrackedReads implements Reads {
  readonly #sender: Sender;
  readonly #near = new NearCache(NEAR_CAPACITY, () => performance.now());
  #barrier: Promise<void> | undefined;

  /** @param sender leads to a connection with `CLIENT TRACKING`. */
  constructor(sender: Sender) {
    this.#sender = sender;
  }

  async read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined> {
    const load = () => this.#load(key, parse);
    if (this.#near.has(key)) await (this.#barrier ??= this.#newBarrier());
    return (this.#near.get(key) ?? this.#near.load(key, load)) as T | undefined | Promise<T | undefined>;
  }

  /** For what `CLIENT TRACKING` announces; without a key any value may have changed. */
  invalidate(key: string | undefined): void {
    if (key === undefined) this.#near.dropAll();
    else this.#near.drop(key);
  }

  forget(): void {
    this.#near.dropAll();
  }

  async #load(key: string, parse: (text: string) => unknown): Promise<Loaded> {
    const asked = performance.now();
    const value = await readBounded(this.#sender, key);
    if (!value) return NOTHING;
    const { text, left } = value;
    // Counted from before the question, it ends here no later than there.
    const expires = left === FOR_GOOD ? Infinity : asked + left;
    return { value: parse(text), weight: text.length + ENTRY_WEIGHT, expires };
  }

  async #newBarrier(): Promise<void> {
    await new Promise(setImmediate);
    // Given up before the PING is sent: a later call must wait for the next one.
    this.#barrier = undefined;
    try {
      await this.#sender.send(['PING']);
    } catch (error) {
      // Redis refuses PING as well while it cannot write its disk. The refusal comes in the same order as the
      // answer would.
      if (!isRefusal(error, 'MISCONF')) throw error;
    }
  }
}

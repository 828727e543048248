import { isRefusal } from './refusal.ts';
import { type Loaded, NearCache } from './near-cache.ts';
import { FOR_GOOD, type Look, NOTHING_NEAR, readBounded, type Reads, type Sender } from './reads.ts';

/**
 * The limit for kept values, in characters of JSON: several thousand users and their tokens. Parsed values
 * take about the same in bytes, three times as much with many small members, and up to twenty times (80 MB)
 * when users fill their preferences with `[{},{},…]`.
 */
const NEAR_CAPACITY = 4 * 2 ** 20;
/** The weight of an entry besides its text: the key, the map entry and the object. */
const ENTRY_WEIGHT = 300;
const NOTHING: Loaded = { value: undefined, weight: 0, expires: 0 };

/**
 * Keeps values in this process until Redis announces a change. All reads of kept values in one turn of the
 * event loop share one `PING`. Redis announces all earlier changes before it answers. So a value that is
 * still kept when the answer arrives is current.
 */
export class TrackedReads implements Reads {
  readonly #sender: Sender;
  readonly #near = new NearCache(NEAR_CAPACITY, () => performance.now());
  #barrier: Promise<void> | undefined;

  /** @param sender uses a connection with `CLIENT TRACKING`. */
  constructor(sender: Sender) {
    this.#sender = sender;
  }

  async read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined> {
    const load = () => this.#load(key, parse);
    if (this.#near.has(key)) await (this.#barrier ??= this.#newBarrier());
    return (this.#near.get(key) ?? this.#near.load(key, load)) as T | undefined | Promise<T | undefined>;
  }

  readNear<T>(key: string, look: Look<T>): Promise<T | undefined> {
    if (this.#near.get(key) === undefined) return NOTHING_NEAR;
    this.#barrier ??= this.#newBarrier();
    return this.#barrier.then(
      () => {
        const value = this.#near.get(key);
        return value === undefined ? undefined : look(value, this.#peek);
      },
      () => undefined,
    );
  }

  readonly #peek = (key: string) => this.#near.get(key);

  /** Handles an announcement of `CLIENT TRACKING`. Without a key any value may have changed. */
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
    // The time is taken before the command is sent, so the value expires here no later than in Redis.
    const expires = left === FOR_GOOD ? Infinity : asked + left;
    return { value: parse(text), weight: text.length + ENTRY_WEIGHT, expires };
  }

  async #newBarrier(): Promise<void> {
    await new Promise(setImmediate);
    // Reset before the PING is sent, because a later call must wait for the next PING.
    this.#barrier = undefined;
    try {
      await this.#sender.send(['PING']);
    } catch (error) {
      // Redis also refuses PING while it cannot write to its disk. The refusal arrives in the same order as
      // an answer.
      if (!isRefusal(error, 'MISCONF')) throw error;
    }
  }
}

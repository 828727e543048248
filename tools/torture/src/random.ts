import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';

const WARM_UP = 20;

/** A stream of random choices, determined by a seed. */
export class Random {
  readonly #generator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
    // For similar seeds the first numbers are similar too.
    skipN(this.#generator, WARM_UP);
  }

  /** A number between both limits, limits included. */
  integer(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  chance(percent: number): boolean {
    return this.integer(1, 100) <= percent;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new Error('The list to pick from is empty.');
    return item;
  }

  /** Picks an item with the probability of its weight. */
  pickWeighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    return this.pick(items.flatMap(([weight, item]) => Array<T>(weight).fill(item)));
  }

  /** Makes a separate stream for one actor, so that its timing does not change the choices of another. */
  fork(): Random {
    return new Random(this.integer(1, 0x7fffffff));
  }
}

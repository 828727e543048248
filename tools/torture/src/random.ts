import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';

const WARM_UP = 20;

/** A stream of choices that a seed determines. */
export class Random {
  readonly #generator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
    // Its first numbers are much alike for seeds that are.
    skipN(this.#generator, WARM_UP);
  }

  /** Both ends may come. */
  integer(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  chance(percent: number): boolean {
    return this.integer(1, 100) <= percent;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** Each item as often as its weight says. */
  pickWeighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    return this.pick(items.flatMap(([weight, item]) => Array<T>(weight).fill(item)));
  }

  /** A stream of its own for each actor, so that the timing of one does not change the choices of another. */
  fork(): Random {
    return new Random(this.integer(1, 0x7fffffff));
  }
}

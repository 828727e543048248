import type { Arguments } from './arguments.ts';
import { Random } from './random.ts';
import type { TortureOptions } from './torture.ts';

/** Each round has its own world and seed, so that one round is enough to repeat a violation. */
const ROUND_MS = 10_000;

/** Yields rounds until the time is over, with the stores in turn. The first round has the given seed. */
export function* rounds({ minutes, seed, stores }: Arguments): Generator<TortureOptions> {
  const end = performance.now() + minutes * 60_000;
  const random = new Random(seed);
  let roundSeed = seed;
  for (;;) {
    for (const store of stores) {
      const left = end - performance.now();
      if (left <= 0) return;
      yield { store, seed: roundSeed, milliseconds: Math.min(ROUND_MS, left) };
      roundSeed = random.integer(1, 2 ** 31 - 1);
    }
  }
}

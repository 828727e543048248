import type { Arguments } from './arguments.ts';
import { Random } from './random.ts';
import type { TortureOptions } from './torture.ts';

/** Each round has a world and a seed of its own, so that what it finds can be found again soon. */
const ROUND_MS = 10_000;

/** Rounds until the time is over, the stores in turn. The first one has the seed that was asked for. */
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

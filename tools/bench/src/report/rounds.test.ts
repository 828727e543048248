import { expect, it } from 'vitest';
import { percentilesInTurns } from './rounds.ts';

it('takes turns, and gives the median of the percentiles of the rounds after the first', async () => {
  const turns: string[] = [];
  const measure = (name: string, ofRounds: readonly (readonly number[])[]) => () => {
    const turn = turns.filter((other) => other === name).length;
    turns.push(name);
    // The slowest is in the first turn of each round, and the second turn alone would not show it.
    const figures = ofRounds[Math.floor(turn / 2)] ?? [];
    return Promise.resolve(turn % 2 === 0 ? figures : figures.map(() => 0));
  };
  const percentiles = await percentilesInTurns(
    { rounds: 3, turns: 2 },
    { large: measure('large', [[99], [4], [6], [5]]), small: measure('small', [[99], [1], [3], [2]]) },
  );
  expect(percentiles).toEqual({ large: 5, small: 2 });
  expect(turns).toEqual(Array.from({ length: 8 }, () => ['large', 'small']).flat());
});

import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

const choices = (random: Random): number[] => Array.from({ length: 5 }, () => random.integer(1, 1_000));

describe('Random', () => {
  it('makes the same choices for the same seed, and different ones for the next seed', () => {
    expect(choices(new Random(7))).toEqual(choices(new Random(7)));
    expect(choices(new Random(7))).not.toEqual(choices(new Random(8)));
  });

  it('gives every actor its own choices', () => {
    const random = new Random(7);
    expect(choices(random.fork())).not.toEqual(choices(random.fork()));
  });

  it('picks by weight', () => {
    const random = new Random(7);
    const picked = Array.from({ length: 1_000 }, () =>
      random.pickWeighted([
        [9, 'often'],
        [1, 'rarely'],
      ]),
    );
    expect(picked.filter((word) => word === 'rarely').length).toBeGreaterThan(50);
    expect(picked.filter((word) => word === 'rarely').length).toBeLessThan(200);
  });
});

import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('the arguments', () => {
  it('default to one minute, a random seed and every store', () => {
    const { minutes, seed, stores } = readArguments([]);
    expect(minutes).toBe(1);
    expect(seed).toBeGreaterThan(0);
    expect(stores).toEqual(['memory', 'sqlite', 'postgres', 'redis']);
  });

  it('are read from the command line', () => {
    const asked = readArguments(['--minutes', '0.5', '--seed', '12', '--store', 'sqlite']);
    expect(asked).toEqual({ minutes: 0.5, seed: 12, stores: ['sqlite'] });
  });

  it.each(['--minutes ten', '--seed -1', '--seed 1.5', '--store mysql', '--speed 1', 'now'])(
    'are refused when they are %s',
    (args) => {
      expect(() => readArguments(args.split(' '))).toThrow();
    },
  );
});

import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('the arguments', () => {
  it('are a minute, any seed and every store, unless told otherwise', () => {
    const { minutes, seed, stores } = readArguments([]);
    expect(minutes).toBe(1);
    expect(seed).toBeGreaterThan(0);
    expect(stores).toEqual(['memory', 'sqlite', 'postgres', 'redis']);
  });

  it('are what was asked for', () => {
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

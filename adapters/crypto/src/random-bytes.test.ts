import { expect, it } from 'vitest';
import { randomBytes } from './random-bytes.ts';

const COUNT = 1_000;

it('never gives a byte twice, whatever the counts are', () => {
  const given = Array.from({ length: COUNT }, (_, n) => randomBytes(16 + (n % 17)));
  expect(given.map((bytes) => bytes.length)).toEqual(given.map((_, n) => 16 + (n % 17)));
  // Two runs of eight random bytes are the same once in 10^11 tests.
  const runs = given.flatMap((bytes) => [bytes.subarray(0, 8), bytes.subarray(-8)]);
  expect(new Set(runs.map((run) => run.toString('hex'))).size).toBe(2 * COUNT);
});

it('gives bytes that stay as they are', () => {
  const first = randomBytes(32);
  const before = first.toString('hex');
  for (let n = 0; n < COUNT; n += 1) randomBytes(32);
  expect(first.toString('hex')).toBe(before);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutInexactNumbers } from './numbers.ts';

const parse = (text: string): unknown => JSON.parse(withoutInexactNumbers(text));

describe('a number that a double holds', () => {
  it.each([
    '0',
    '-0',
    '0.1',
    '-1.50',
    '15e-1',
    '1E+2',
    '123456789012345e-99',
    '9007199254740991',
    '9007199254740992',
    '100000000000000000000',
    '0.30000000000000004',
    '1.7976931348623157e308',
    '5e-324',
    `0.${'0'.repeat(300)}1`,
    `1${'0'.repeat(300)}`,
    `1.${'0'.repeat(60_000)}`,
    '0e999999999999999999999',
  ])('stays as it is: %.30s', (number) => {
    expect(parse(number)).toBe(Number(number));
  });

  it('stays as it is, whichever it is', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const text = JSON.stringify([number]);
        expect(withoutInexactNumbers(text)).toBe(text);
      }),
    );
  });
});

describe('a number that parsing would change', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '9007199254740993.0',
    '9007199254740993e0',
    '0.1234567890123456789',
    '3.141592653589793238',
    '1e400',
    '-1e400',
    '1e-400',
    '4e-324',
    `1${'0'.repeat(400)}`,
    `0.${'0'.repeat(400)}1`,
  ])('is infinite: %.30s', (number) => {
    expect(parse(`{"a":[1,${number}]}`)).toEqual({ a: [1, number.startsWith('-') ? -Infinity : Infinity] });
  });
});

it('leaves digits in texts and names alone', () => {
  const text = String.raw`{"9007199254740993":"9007199254740993 \" 9007199254740993","\\":"1e400"}`;
  expect(withoutInexactNumbers(text)).toBe(text);
});

it.each([
  ['numbers', `[${'1e9,'.repeat(16_000)}1]`],
  ['a number of zeros', `[0.${'0'.repeat(60_000)}1]`],
  ['a number with zeros inside', `[0.1${'0'.repeat(60_000)}1]`],
  ['a number of digits', `[${'9'.repeat(60_000)}]`],
  ['escaped quotes', `["1e9${'\\"'.repeat(30_000)}"]`],
  ['texts', `[1e9${',""'.repeat(20_000)}]`],
  ['brackets', `${'['.repeat(30_000)}1e9${']'.repeat(30_000)}`],
])('takes linear time for 64 KB of %s', (_, text) => {
  withoutInexactNumbers(text);
  const start = process.threadCpuUsage();
  withoutInexactNumbers(text);
  // Linear time is below 10 ms on a slow machine, quadratic time is seconds on a fast one. Both are of the
  // processor, so a busy machine adds nothing.
  expect(process.threadCpuUsage(start).user / 1000).toBeLessThan(100);
});

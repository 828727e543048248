import { readFileSync } from 'node:fs';
import { describeCommonPasswords } from '@user-management/conformance';
import { expect, it } from 'vitest';
import { COMMON_PASSWORDS, EmbeddedCommonPasswords } from './embedded-common-passwords.ts';
import { makeList } from './list/make-list.ts';

const list = readFileSync(COMMON_PASSWORDS, 'utf8');
const lines = list.split('\n').slice(0, -1);

describeCommonPasswords('EmbeddedCommonPasswords', () => new EmbeddedCommonPasswords());

it('is up to date; if not, run: npm run list -w adapters/passwords', () => {
  // The texts are too long for a difference.
  expect(makeList() === list).toBe(true);
});

it('has at least 10,000 passwords of eight characters or more', () => {
  expect(lines.length).toBeGreaterThanOrEqual(10_000);
  expect(lines.filter((line) => [...line].length < 8)).toEqual([]);
});

it('finds each line, and nothing between the lines', () => {
  const passwords = new EmbeddedCommonPasswords();
  expect(lines.filter((line) => !passwords.has(line))).toEqual([]);
  const between = lines.map((line) => `${line}\u0000`);
  expect(between.filter((text) => passwords.has(text))).toEqual([]);
});

it('takes less than 2 MB', () => {
  expect(Buffer.byteLength(list)).toBeLessThan(2_000_000);
});

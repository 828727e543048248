import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Recent } from './recent.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('counts each value once, and forgets it after one to two periods', () => {
  const recent = new Recent(60);
  for (const value of ['a', 'b', 'a']) recent.add(value);
  vi.advanceTimersByTime(60_000);
  for (const value of ['b', 'c']) recent.add(value);
  expect(recent.size).toBe(3);
  vi.advanceTimersByTime(59_999);
  expect(recent.size).toBe(3);
  vi.advanceTimersByTime(1);
  expect(recent.size).toBe(2);
  vi.advanceTimersByTime(120_000);
  expect(recent.size).toBe(0);
});

it('keeps no more than 10,000 values', () => {
  const recent = new Recent(60);
  for (let n = 0; n < 10_100; n++) recent.add(`first ${n}`);
  expect(recent.size).toBe(10_000);
  vi.advanceTimersByTime(60_000);
  for (let n = 0; n < 10_100; n++) recent.add(`second ${n}`);
  expect(recent.size).toBe(10_000);
});

import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Stopwatch } from './stopwatch.ts';

describe('Stopwatch', () => {
  let stopwatch: Stopwatch;
  beforeEach(() => {
    stopwatch = new Stopwatch(100);
  });
  afterEach(() => stopwatch.stop());

  it('returns the value of the call and remembers the longest call', async () => {
    expect(await stopwatch.time('quick', () => Promise.resolve('done'))).toBe('done');
    await stopwatch.time('slower', () => wait(60));
    expect(stopwatch.worstMs).toBeGreaterThan(20);
  });

  it('throws the error of the call', async () => {
    await expect(stopwatch.time('broken', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('does not wait for a call that never ends', async () => {
    const never = stopwatch.time('find', () => new Promise(() => undefined));
    await expect(never).rejects.toThrow('find was not answered within 100 ms');
  });

  it('does not count the time in which the process was busy', async () => {
    await stopwatch.time('delayed', async () => {
      const busyUntil = performance.now() + 300;
      while (performance.now() < busyUntil);
      await wait(1);
    });
    expect(stopwatch.worstMs).toBeLessThan(100);
  });
});

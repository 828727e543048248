import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Stopwatch } from './stopwatch.ts';

describe('Stopwatch', () => {
  let stopwatch: Stopwatch;
  beforeEach(() => {
    stopwatch = new Stopwatch(100);
  });
  afterEach(() => stopwatch.stop());

  it('gives what the call gives and remembers the longest', async () => {
    expect(await stopwatch.time('quick', () => Promise.resolve('done'))).toBe('done');
    await stopwatch.time('slower', () => wait(30));
    expect(stopwatch.worstMs).toBeGreaterThan(20);
  });

  it('throws what the call throws', async () => {
    await expect(stopwatch.time('broken', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('does not wait for a call that never ends', async () => {
    const never = stopwatch.time('find', () => new Promise(() => undefined));
    await expect(never).rejects.toThrow('find was not answered within 100 ms');
  });

  it('does not count the time for which the process was busy', async () => {
    await stopwatch.time('delayed', async () => {
      const busyUntil = performance.now() + 300;
      while (performance.now() < busyUntil);
      await wait(1);
    });
    expect(stopwatch.worstMs).toBeLessThan(100);
  });
});

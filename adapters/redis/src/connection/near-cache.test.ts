import { describe, expect, it } from 'vitest';
import { type Loaded, NearCache } from './near-cache.ts';

/** A load that ends when the test says so. */
function load(near: NearCache, key: string) {
  const { promise, resolve, reject } = Promise.withResolvers<Loaded>();
  let reads = 0;
  const ask = () =>
    near.load(key, () => {
      reads += 1;
      return promise;
    });
  return { ask, resolve, reject, reads: () => reads };
}

const loaded = (value: unknown, weight = 1, expires = Infinity): Loaded => ({ value, weight, expires });

const keep = async (near: NearCache, key: string, weight: number) => {
  await near.load(key, () => Promise.resolve(loaded(key, weight)));
};

describe('NearCache', () => {
  it('keeps a loaded value', async () => {
    const near = new NearCache(10, () => 0);
    const { ask, resolve } = load(near, 'key');
    const answer = ask();
    resolve(loaded('value'));
    expect(await answer).toBe('value');
    expect(near.get('key')).toBe('value');
  });

  it('does not keep a value that changed during its load', async () => {
    const near = new NearCache(10, () => 0);
    const { ask, resolve } = load(near, 'key');
    const answer = ask();
    near.drop('key');
    resolve(loaded('old'));
    expect(await answer).toBe('old');
    expect(near.get('key')).toBeUndefined();
  });

  it('does not keep a value when everything may have changed during its load', async () => {
    const near = new NearCache(10, () => 0);
    const { ask, resolve } = load(near, 'key');
    const answer = ask();
    near.dropAll();
    resolve(loaded('old'));
    await answer;
    expect(near.has('key')).toBe(false);
  });

  it('shares one load between concurrent callers', async () => {
    const { ask, resolve, reads } = load(new NearCache(10, () => 0), 'key');
    const answers = [ask(), ask(), ask()];
    resolve(loaded('value'));
    expect(await Promise.all(answers)).toEqual(['value', 'value', 'value']);
    expect(reads()).toBe(1);
  });

  it('does not share a load with a caller that comes after a change', async () => {
    const near = new NearCache(10, () => 0);
    const [early, late] = [load(near, 'key'), load(near, 'key')];
    const first = early.ask();
    near.drop('key');
    const second = late.ask();
    late.resolve(loaded('new'));
    expect(await second).toBe('new');
    early.resolve(loaded('old'));
    expect(await first).toBe('old');
    expect(near.get('key')).toBe('new');
  });

  it('rejects all callers of a failed load, and loads again', async () => {
    const near = new NearCache(10, () => 0);
    const failing = load(near, 'key');
    const answers = Promise.allSettled([failing.ask(), failing.ask()]);
    failing.reject(new Error('no'));
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await near.load('key', () => Promise.resolve(loaded('value')))).toBe('value');
  });

  it('does not keep that a key is absent', async () => {
    const near = new NearCache(10, () => 0);
    expect(await near.load('key', () => Promise.resolve(loaded(undefined, 0)))).toBeUndefined();
    expect(near.has('key')).toBe(false);
  });

  it('does not return a value from its expiry on', async () => {
    let now = 0;
    const near = new NearCache(10, () => now);
    await near.load('key', () => Promise.resolve(loaded('value', 6, 1_000)));
    now = 999;
    expect(near.get('key')).toBe('value');
    now = 1_000;
    expect([near.has('key'), near.get('key')]).toEqual([false, undefined]);
    await keep(near, 'other', 6);
    expect(near.has('other')).toBe(true);
  });

  it('evicts the oldest values to make room for a new one', async () => {
    const near = new NearCache(10, () => 0);
    for (const key of ['a', 'b', 'c']) await keep(near, key, 3);
    await keep(near, 'd', 6);
    expect(['a', 'b', 'c', 'd'].filter((key) => near.has(key))).toEqual(['c', 'd']);
  });

  it('does not keep a value that is heavier than its capacity', async () => {
    const near = new NearCache(10, () => 0);
    await keep(near, 'heavy', 11);
    expect(near.has('heavy')).toBe(false);
    await keep(near, 'light', 10);
    expect(near.has('light')).toBe(true);
  });

  it('does not count the weight of dropped values', async () => {
    const near = new NearCache(10, () => 0);
    for (let times = 0; times < 5; times += 1) {
      await keep(near, 'a', 6);
      near.drop('a');
      near.drop('a');
      await keep(near, 'b', 6);
      near.dropAll();
    }
    await keep(near, 'a', 5);
    await keep(near, 'b', 5);
    expect([near.has('a'), near.has('b')]).toEqual([true, true]);
  });
});

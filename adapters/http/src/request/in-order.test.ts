import { describe, expect, it } from 'vitest';
import { inOrder } from './in-order.ts';

/** Numbers without end, and how many of them were taken. */
function numbers() {
  const state = { taken: 0, ended: false };
  async function* source() {
    try {
      for (;;) {
        await Promise.resolve();
        yield ++state.taken;
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, source: source() };
}

describe('inOrder', () => {
  it('yields the results in the order of the items, whatever is done first', async () => {
    async function* items() {
      await Promise.resolve();
      yield* [30, 1, 20, 2, 10, 3];
    }
    const done: number[] = [];
    const work = async (item: number) => {
      for (let turn = 0; turn < item; turn++) await new Promise(setImmediate);
      done.push(item);
      return item;
    };
    const results: number[] = [];
    for await (const result of inOrder(items(), work)) results.push(result);
    expect(results).toEqual([30, 1, 20, 2, 10, 3]);
    expect(done).toEqual([1, 30, 2, 20, 3, 10]);
  });

  it('takes no more items than it has room for, while nobody reads', async () => {
    const { state, source } = numbers();
    const results = inOrder(source, (item) => Promise.resolve(item));
    expect(await results.next()).toEqual({ done: false, value: 1 });
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(state.taken).toBeLessThan(6);
    for (let n = 2; n < 100; n++) expect(await results.next()).toEqual({ done: false, value: n });
    expect(state.taken).toBeLessThan(106);
  });

  it('lets other work have its turn between two items', async () => {
    const { source } = numbers();
    let turns = 0;
    const count = () => {
      turns++;
      setImmediate(count);
    };
    setImmediate(count);
    for await (const item of inOrder(source, (each) => Promise.resolve(each))) if (item === 800) break;
    // Two items share a turn at most.
    expect(turns).toBeGreaterThan(390);
  });

  it('ends its source when its reader has enough, and passes failures on', async () => {
    const { state, source } = numbers();
    const failure = new Error('no');
    const results = inOrder(source, (item) => (item < 3 ? Promise.resolve(item) : Promise.reject(failure)));
    expect([await results.next(), await results.next()].map(({ value }) => value as number)).toEqual([1, 2]);
    await expect(results.next()).rejects.toBe(failure);
    expect(state.ended).toBe(true);
  });
});

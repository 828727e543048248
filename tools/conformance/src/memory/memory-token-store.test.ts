import { MemoryTokenStore } from '@user-management/memory';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import { aDigest, aTokenRecord } from '../fakes/samples.ts';
import { describeTokenStore } from '../ports/token-store.ts';

describeTokenStore(
  'MemoryTokenStore',
  () => {
    const clock = new TestClock();
    return {
      store: new MemoryTokenStore({ clock, maxEntries: 100 }),
      clock,
      advance: (milliseconds) => clock.advance(milliseconds),
    };
  },
  { expiresBy: 'clock' },
);

describe('MemoryTokenStore', () => {
  it('gives up the token unused for longest when it is full', async () => {
    const clock = new TestClock();
    const store = new MemoryTokenStore({ clock, maxEntries: 2 });
    const [first, second, third] = [aDigest(), aDigest(), aDigest()];
    for (const token of [first, second]) await store.save(token, aTokenRecord(clock.now()));
    await store.find(first);
    await store.save(third, aTokenRecord(clock.now()));
    expect(await store.find(second)).toBeUndefined();
    expect(await store.find(first)).toBeDefined();
    expect(await store.find(third)).toBeDefined();
  });
});

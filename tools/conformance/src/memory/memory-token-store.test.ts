import { MemoryTokenStore } from '@user-management/memory';
import { LRUCache } from 'lru-cache';
import { describe, expect, it, vi } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import { aToken, aTokenRecord } from '../fakes/samples.ts';
import { describeTokenStore } from '../ports/token-store.ts';

describeTokenStore(
  'MemoryTokenStore',
  () => {
    const clock = new TestClock();
    // The only way to see what is kept in a private field: to look on while it is put there.
    const stored = vi.spyOn(LRUCache.prototype, 'set');
    return {
      store: new MemoryTokenStore({ clock, maxEntries: 100 }),
      clock,
      advance: (milliseconds) => clock.advance(milliseconds),
      dump: () => JSON.stringify(stored.mock.calls),
      dispose: () => stored.mockRestore(),
    };
  },
  { expiresBy: 'clock' },
);

describe('MemoryTokenStore', () => {
  it('gives up the token unused for longest when it is full', async () => {
    const clock = new TestClock();
    const store = new MemoryTokenStore({ clock, maxEntries: 2 });
    const [first, second, third] = [aToken(), aToken(), aToken()];
    for (const token of [first, second]) await store.save(token, aTokenRecord(clock.now()));
    await store.find(first);
    await store.save(third, aTokenRecord(clock.now()));
    expect(await store.find(second)).toBeUndefined();
    expect(await store.find(first)).toBeDefined();
    expect(await store.find(third)).toBeDefined();
  });
});

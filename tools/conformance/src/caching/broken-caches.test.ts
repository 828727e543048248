import type { UserCache } from '@user-management/domain';
import { MemoryUserCache, MemoryUsers } from '@user-management/memory';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import {
  beginsWithoutTelling,
  endsWithoutCompare,
  fillsWithoutCompare,
  leasesThatNeverChange,
} from './broken-caches.ts';
import { failuresOfCachedUsers } from './cached-users.ts';
import { ordersOf, type Actor, violationsOf } from '../ports/interleavings.ts';

type Variant = (cache: UserCache) => UserCache;

function underTest(variant: Variant) {
  const memory = new MemoryUserCache({ clock: new TestClock(), ttl: 60, maxEntries: 10_000 });
  return { store: new MemoryUsers(), cache: variant(memory), empty: () => memory.distrust() };
}

const truthful: Variant = (cache) => cache;

// A suite that nothing can fail proves nothing, so here it meets caches that lie.
describe('describeCachedUsers', () => {
  it('has no quarrel with a cache that tells the truth', async () => {
    expect(await failuresOfCachedUsers(() => underTest(truthful))).toEqual([]);
  });

  it.each<{ variant: Variant; failures: string[] }>([
    {
      variant: fillsWithoutCompare,
      failures: [
        'keeps out a reader that fills after a write was acknowledged',
        'keeps out a slow reader when the cache lost everything, before and after a write',
      ],
    },
    {
      variant: endsWithoutCompare,
      failures: [
        'lets the store decide when a second writer overtakes the first after the store',
        'lets the store decide when the writer that began last is first at the store',
        'lets the store decide when the writer that came last to the store is told last',
      ],
    },
    {
      variant: beginsWithoutTelling,
      failures: [
        'shows the new version after a writer died between the store and the cache',
        'keeps out a reader that came between the failure of the store and its late success',
        'acknowledges no write when the cache fails before endWrite, and shows it',
      ],
    },
    {
      variant: leasesThatNeverChange,
      failures: [
        'does not let a late-comer share a read that began before an acknowledged write',
        'does not let a late-comer share a read that began during a write, once that is acknowledged',
      ],
    },
  ])('finds out a cache that $variant.name', async ({ variant, failures }) => {
    expect(await failuresOfCachedUsers(() => underTest(variant))).toEqual(expect.arrayContaining(failures));
  });
});

describe('every order of steps', () => {
  const violations = async (variant: Variant, actors: Actor[]): Promise<number> => {
    const { cache, empty } = underTest(variant);
    const found = await Promise.all(
      ordersOf(actors).map((order) => violationsOf({ cache, replica: cache, empty }, actors, order)),
    );
    return found.filter((list) => list.length > 0).length;
  };

  it('counts the orders of two writers and a reader', () => {
    expect(ordersOf(['writer', 'writer', 'reader'])).toHaveLength(1680);
  });

  it.each<[Variant, Actor[]]>([
    [fillsWithoutCompare, ['writer', 'reader']],
    [endsWithoutCompare, ['writer', 'writer']],
  ])('finds out a cache that $0.name', async (variant, actors) => {
    expect(await violations(truthful, actors)).toBe(0);
    expect(await violations(variant, actors)).toBeGreaterThan(0);
  });
});

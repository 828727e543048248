import { LEASE_TTL_MS, MemoryUserCache } from '@user-management/memory';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import { aUser } from '../fakes/samples.ts';
import { describeUserCache } from '../ports/user-cache.ts';

const ttl = 60;

describeUserCache(
  'MemoryUserCache',
  () => {
    const clock = new TestClock();
    const cache = new MemoryUserCache({ clock, ttl, maxEntries: 10_000 });
    const forget = (): void => cache.distrust();
    return { cache, empty: forget, distrust: forget, advance: (milliseconds) => clock.advance(milliseconds) };
  },
  { expiresBy: 'clock', ttl, leaseTtl: LEASE_TTL_MS, distrustable: true },
);

describe('MemoryUserCache', () => {
  it('forgets the user unused for longest when it is full', async () => {
    const cache = new MemoryUserCache({ clock: new TestClock(), ttl, maxEntries: 2 });
    const [first, second, third] = [aUser(), aUser(), aUser()];
    for (const user of [first, second]) await cache.endWrite(user, await cache.beginWrite(user.id));
    await cache.find(first.id);
    await cache.endWrite(third, await cache.beginWrite(third.id));
    expect(await cache.find(second.id)).toBeUndefined();
    expect(await cache.find(first.id)).toEqual(first);
    expect(await cache.find(third.id)).toEqual(third);
  });

  it('refuses a fill when the lease had to make room for others', async () => {
    const cache = new MemoryUserCache({ clock: new TestClock(), ttl, maxEntries: 2 });
    const user = aUser();
    const lease = await cache.lease(user.id);
    for (const other of [aUser(), aUser()]) await cache.lease(other.id);
    await cache.fill(user, lease);
    expect(await cache.find(user.id)).toBeUndefined();
  });

  it('gives leases that are worth nothing to another cache', async () => {
    const [one, other] = [1, 2].map(
      () => new MemoryUserCache({ clock: new TestClock(), ttl, maxEntries: 2 }),
    );
    const { id } = aUser();
    expect((await one?.lease(id))?.token).not.toBe((await other?.lease(id))?.token);
  });
});

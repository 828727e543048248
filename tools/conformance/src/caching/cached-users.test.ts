import { MemoryUserCache, MemoryUsers } from '@user-management/memory';
import { TestClock } from '../fakes/test-clock.ts';
import { describeCachedUsers } from './cached-users.ts';

describeCachedUsers('MemoryUserCache', () => {
  const cache = new MemoryUserCache({ clock: new TestClock(), ttl: 60, maxEntries: 10_000 });
  return { store: new MemoryUsers(), cache, empty: () => cache.distrust() };
});

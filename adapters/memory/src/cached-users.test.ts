import { describeCachedUsers } from '@user-management/domain/conformance';
import { MemoryUserCache } from './memory-user-cache.ts';
import { MemoryUsers } from './memory-users.ts';
import { TestClock } from './test-clock.ts';

describeCachedUsers('MemoryUserCache', () => {
  const cache = new MemoryUserCache({ clock: new TestClock(), ttl: 60, maxEntries: 10_000 });
  return { store: new MemoryUsers(), cache, empty: () => cache.distrust() };
});

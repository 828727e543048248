import {
  CachedUsers,
  createUseCases,
  parseDeviceId,
  parsePassword,
  type Registration,
} from '@user-management/domain';
import { MemoryTokenStore, MemoryUserCache, MemoryUsers } from '@user-management/memory';
import { sampleIdentifiers } from '../fakes/identifiers.ts';
import { QuickHasher } from '../fakes/quick-hasher.ts';
import { anEmail } from '../fakes/samples.ts';
import { TestClock } from '../fakes/test-clock.ts';

export const password = parsePassword('correct horse');
export const phone = parseDeviceId('phone');

export const aRegistration = (members: Partial<Registration> = {}): Registration => ({
  email: anEmail(),
  deviceId: phone,
  phone: null,
  name: null,
  preferences: {},
  ...members,
});

/** Every use case over ports in memory, and the ports. */
export function world() {
  const clock = new TestClock();
  const store = new MemoryUsers();
  const users = new CachedUsers(store, new MemoryUserCache({ clock, ttl: 60, maxEntries: 1_000 }));
  const tokens = new MemoryTokenStore({ clock, maxEntries: 1_000 });
  const ports = { users, tokens, hasher: new QuickHasher(), clock, identifiers: sampleIdentifiers };
  return { ...ports, store, ...createUseCases({ ...ports, tokenTtl: 3600 }) };
}

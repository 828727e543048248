import type { UserCache } from '@user-management/domain';
import { variant } from '../fakes/variant.ts';

// Tests of the tests: what looks for lies of a cache has to find those of each of these.

/** Fills without comparing leases, so a late fill overwrites something newer. */
export const fillsWithoutCompare = (cache: UserCache): UserCache =>
  variant(cache, { fill: async (user) => cache.fill(user, await cache.lease(user.id)) });

/** Ends a write without comparing leases: the writer who is told last wins, not the one who wrote last. */
export const endsWithoutCompare = (cache: UserCache): UserCache =>
  variant(cache, { endWrite: async (user) => cache.endWrite(user, await cache.beginWrite(user.id)) });

/** Tells the cache of a write only when it is over, so a writer that dies leaves the old version behind. */
export const beginsWithoutTelling = (cache: UserCache): UserCache =>
  variant(cache, { beginWrite: () => Promise.resolve({ token: 'never given out', kind: 'write' }) });

/** Gives the same lease before and after a write, so a late-comer shares a read that began too early. */
export const leasesThatNeverChange = (cache: UserCache): UserCache =>
  variant(cache, { lease: (id) => Promise.resolve({ token: id, kind: 'read' }) });

import { CachedUsers, type UserCache, type UserRepository } from '@user-management/domain';
import { describe, it } from 'vitest';
import { cacheFaults } from './cached-users-cache-faults.ts';
import { races } from './cached-users-races.ts';
import { service } from './cached-users-service.ts';
import { storeFaults } from './cached-users-store-faults.ts';
import type { Scenario, World } from './cached-users-world.ts';
import { fresh } from '../ports/fresh.ts';
import { Hooked } from '../fakes/hooked.ts';

export interface CachedUsersUnderTest {
  /** Where the users are, nobody yet; both replicas use it. */
  readonly store: UserRepository;
  readonly cache: UserCache;
  /** The cache as a second replica sees it; where there can be none, the first is used. */
  readonly replica?: UserCache;
  /** Makes the cache lose every entry and every lease, as a restart without persistence does. */
  empty(): Promise<void> | void;
  dispose?(): Promise<void> | void;
}

const scenarios: readonly (readonly [name: string, Scenario])[] = [
  races,
  storeFaults,
  cacheFaults,
  service,
].flatMap((group) => Object.entries(group));

/** What `CachedUsers` promises, over the given cache. `create` is called once for each test. */
export function describeCachedUsers(
  name: string,
  create: () => CachedUsersUnderTest | Promise<CachedUsersUnderTest>,
): void {
  describe(`CachedUsers over ${name}`, () => {
    const underTest = fresh(create);
    it.each(scenarios)('%s', (_, scenario) => scenario(worldOf(underTest())));
  });
}

/** Names of the scenarios that fail: some must, over a cache that lies. */
export async function failuresOfCachedUsers(
  create: () => CachedUsersUnderTest | Promise<CachedUsersUnderTest>,
): Promise<string[]> {
  const failures: string[] = [];
  for (const [name, scenario] of scenarios) {
    const underTest = await create();
    await scenario(worldOf(underTest)).catch(() => failures.push(name));
    await underTest.dispose?.();
  }
  return failures;
}

function worldOf({ store, cache, replica = cache, ...rest }: CachedUsersUnderTest): World {
  const hooked = new Hooked(store);
  const [caches, remoteCache] = [new Hooked(cache), new Hooked(replica)];
  return {
    store: hooked,
    cache: caches,
    here: new CachedUsers(hooked.port, caches.port),
    there: new CachedUsers(hooked.port, remoteCache.port),
    empty: () => rest.empty(),
  };
}

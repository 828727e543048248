import {
  type CachedUsers,
  DependencyUnavailable,
  type User,
  type UserCache,
  type UserRepository,
} from '@user-management/domain';
import { expect } from 'vitest';
import type { Hooked } from '../fakes/hooked.ts';
import { aUser } from '../fakes/samples.ts';
import { expectHint } from '../ports/user-cache.ts';

/** Two replicas over one store and one shared cache. */
export interface World {
  readonly store: Hooked<UserRepository>;
  /** What `here` asks; `there` has a connection of its own. */
  readonly cache: Hooked<UserCache>;
  readonly here: CachedUsers;
  readonly there: CachedUsers;
  empty(): Promise<void> | void;
}

/** Something that happens to `CachedUsers`; fails when a promise is broken. */
export type Scenario = (world: World) => Promise<void>;

/** A user whom the store knows and the cache does not. */
export async function storedUser({ store }: World): Promise<User> {
  const user = aUser();
  await store.port.add(user);
  return user;
}

/** A user whom the store and the cache know. */
export async function cachedUser(world: World): Promise<User> {
  const user = await storedUser(world);
  await world.here.findById(user.id);
  await hinted(world, user);
  return user;
}

/** Waits for the way by email. A broken cache may not know the user. */
export async function hinted({ cache }: World, user: User): Promise<void> {
  if (await cache.port.find(user.id)) await expectHint(cache.port, user);
}

/** Every way to read the user gives this version, twice, since the first time may fill the cache. */
export async function expectVersion({ here, there }: World, user: User, version: number): Promise<void> {
  for (const users of [here, there, here, there]) {
    expect((await users.findById(user.id))?.version).toBe(version);
    expect((await users.findByEmail(user.email))?.version).toBe(version);
  }
}

export const storeReads = ({ store }: World): number => store.calls('findById') + store.calls('findByEmail');

export const cacheLost = (): DependencyUnavailable => new DependencyUnavailable('cache');
export const storeLost = (): DependencyUnavailable => new DependencyUnavailable('user store');

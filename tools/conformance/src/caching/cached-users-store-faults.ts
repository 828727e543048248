import { DependencyUnavailable, EmailTaken, type User, UserNotFound } from '@user-management/domain';
import { expect } from 'vitest';
import {
  cachedUser,
  expectVersion,
  type Scenario,
  storedUser,
  storeLost,
  storeReads,
} from './cached-users-world.ts';
import { aUser, nextVersion } from '../fakes/samples.ts';

const refusal = new Error('the change is refused');
const refuse = (): User => {
  throw refusal;
};

/** Writers that die and a store that fails: what the store then holds is what everybody reads. */
export const storeFaults: Readonly<Record<string, Scenario>> = {
  'shows the new version after a writer died between the store and the cache': async (world) => {
    const user = await cachedUser(world);
    const killed = world.cache.stopOnce('before', 'endWrite');
    await killed.holds(world.here.update(user.id, nextVersion));
    await expectVersion(world, user, 2);
    await world.there.update(user.id, nextVersion);
    await expectVersion(world, user, 3);
  },

  'keeps out a slow reader after a writer died between the store and the cache': async (world) => {
    const user = await storedUser(world);
    const reader = world.store.stopOnce('after', 'findById');
    const slow = world.there.findById(user.id);
    await reader.holds(slow);
    const killed = world.cache.stopOnce('before', 'endWrite');
    await killed.holds(world.here.update(user.id, nextVersion));
    reader.open();
    await slow;
    await expectVersion(world, user, 2);
  },

  'shows the old version after a writer died before the store': async (world) => {
    const user = await cachedUser(world);
    const killed = world.store.stopOnce('before', 'update');
    await killed.holds(world.here.update(user.id, nextVersion));
    await expectVersion(world, user, 1);
    await world.there.update(user.id, nextVersion);
    await expectVersion(world, user, 2);
  },

  'goes on caching the old version after the store refused the new one': async (world) => {
    const user = await cachedUser(world);
    world.store.failOnce('before', 'update', new UserNotFound());
    await expect(world.here.update(user.id, nextVersion)).rejects.toThrow(UserNotFound);
    await expectVersion(world, user, 1);
    const before = storeReads(world);
    await expectVersion(world, user, 1);
    expect(storeReads(world)).toBe(before);
  },

  'throws on what a change throws, and shows the old version': async (world) => {
    const user = await cachedUser(world);
    await expect(world.here.update(user.id, refuse)).rejects.toBe(refusal);
    await expectVersion(world, user, 1);
  },

  'does not know whom it cannot update': async ({ here }) => {
    const user = aUser();
    await expect(here.update(user.id, nextVersion)).rejects.toThrow(UserNotFound);
    expect(await here.findById(user.id)).toBeUndefined();
  },

  'shows the holder of an email after another was refused it': async (world) => {
    const holder = await cachedUser(world);
    const late = aUser({ email: holder.email });
    await expect(world.there.add(late)).rejects.toThrow(EmailTaken);
    expect(await world.here.findById(late.id)).toBeUndefined();
    await expectVersion(world, holder, 1);
  },

  'shows what the store holds after it failed without writing': async (world) => {
    const user = await cachedUser(world);
    world.store.failOnce('before', 'update', storeLost());
    await expect(world.here.update(user.id, nextVersion)).rejects.toThrow(DependencyUnavailable);
    await expectVersion(world, user, 1);
  },

  'shows what the store holds after it wrote and then failed, and keeps out a slow reader': async (world) => {
    const user = await storedUser(world);
    const reader = world.store.stopOnce('after', 'findById');
    const slow = world.there.findById(user.id);
    await reader.holds(slow);
    world.store.failOnce('after', 'update', storeLost());
    await expect(world.here.update(user.id, nextVersion)).rejects.toThrow(DependencyUnavailable);
    reader.open();
    await slow;
    await expectVersion(world, user, 2);
  },

  'keeps out a reader that came between the failure of the store and its late success': async (world) => {
    const user = await cachedUser(world);
    world.store.failOnce('before', 'update', storeLost());
    await expect(world.here.update(user.id, nextVersion)).rejects.toThrow(DependencyUnavailable);
    await expectVersion(world, user, 1);
    // The server had the statement all along, and only now gets round to it.
    await world.store.port.update(user.id, nextVersion);
    await expectVersion(world, user, 2);
  },
};

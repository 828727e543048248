import { DependencyUnavailable, UserNotFound } from '@user-management/domain';
import { expect } from 'vitest';
import {
  cachedUser,
  expectVersion,
  cacheLost,
  type Scenario,
  storedUser,
  type World,
} from './cached-users-world.ts';
import { aUser, nextVersion } from '../fakes/samples.ts';

type Moment = 'before' | 'after';
const MOMENTS: readonly Moment[] = ['before', 'after'];

/** The cache fails once, at any step of a read. */
const readFaults = MOMENTS.flatMap((moment) =>
  (['find', 'findIdByEmail', 'lease', 'fill'] as const).map((step): [string, Scenario] => [
    `answers readers though the cache fails ${moment} ${step}`,
    async (world) => {
      const user = await storedUser(world);
      world.cache.failOnce(moment, step, cacheLost());
      expect(await world.here.findById(user.id)).toEqual(user);
      await world.empty();
      expect(await world.here.findByEmail(user.email)).toEqual(user);
      await world.there.update(user.id, nextVersion);
      await expectVersion(world, user, 2);
    },
  ]),
);

/** The cache fails once, at any step of a write, before or after it did what it was asked. */
const writeFaults = MOMENTS.flatMap((moment): [string, Scenario][] => [
  [`writes nothing when the cache fails ${moment} beginWrite`, (world) => failedBegin(world, moment)],
  [
    `acknowledges no write when the cache fails ${moment} endWrite, and shows it`,
    (world) => failedEnd(world, moment),
  ],
  [
    `throws on why the store refused though the cache fails ${moment} abandonWrite`,
    (world) => failedAbandon(world, moment),
  ],
]);

async function failedBegin(world: World, moment: Moment): Promise<void> {
  const user = await cachedUser(world);
  world.cache.failOnce(moment, 'beginWrite', cacheLost());
  await expect(world.here.update(user.id, nextVersion)).rejects.toThrow(DependencyUnavailable);
  await expectVersion(world, user, 1);
  await world.here.update(user.id, nextVersion);
  await expectVersion(world, user, 2);
}

async function failedEnd(world: World, moment: Moment): Promise<void> {
  const user = await cachedUser(world);
  world.cache.failOnce(moment, 'endWrite', cacheLost());
  await expect(world.here.update(user.id, nextVersion)).rejects.toThrow(DependencyUnavailable);
  await expectVersion(world, user, 2);
  await world.there.update(user.id, nextVersion);
  await expectVersion(world, user, 3);
}

async function failedAbandon(world: World, moment: Moment): Promise<void> {
  const user = await cachedUser(world);
  world.cache.failOnce(moment, 'abandonWrite', cacheLost());
  world.store.failOnce('before', 'update', new UserNotFound());
  await expect(world.here.update(user.id, nextVersion)).rejects.toThrow(UserNotFound);
  await expectVersion(world, user, 1);
}

/** A cache fails: reads go on from the store, and a write says whether it can be relied on. */
export const cacheFaults: Readonly<Record<string, Scenario>> = {
  ...Object.fromEntries([...readFaults, ...writeFaults]),

  'reads from the store while the cache cannot be reached, and writes nothing': async (world) => {
    const user = await cachedUser(world);
    const operations = ['find', 'findIdByEmail', 'lease', 'fill', 'beginWrite'] as const;
    for (const operation of operations) {
      for (let times = 0; times < 10; times++) world.cache.failOnce('before', operation, cacheLost());
    }
    for (let times = 0; times < 3; times++) {
      expect(await world.here.findById(user.id)).toEqual(user);
      expect(await world.here.findByEmail(user.email)).toEqual(user);
      await expect(world.here.update(user.id, nextVersion)).rejects.toThrow(DependencyUnavailable);
      await expect(world.here.add(aUser())).rejects.toThrow(DependencyUnavailable);
    }
    expect(world.store.calls('update') + world.store.calls('add')).toBe(1);
    expect(await world.store.port.findById(user.id)).toEqual(user);
  },

  'shows the new version when the cache lost everything in the middle of a write': async (world) => {
    const user = await cachedUser(world);
    const writer = world.store.stopOnce('before', 'update');
    const write = world.here.update(user.id, nextVersion);
    await writer.holds(write);
    await world.empty();
    // This one may be cached: the write is not acknowledged yet.
    expect(await world.there.findById(user.id)).toEqual(user);
    writer.open();
    await write;
    await expectVersion(world, user, 2);
  },

  'keeps out a slow reader when the cache lost everything, before and after a write': async (world) => {
    const user = await storedUser(world);
    const reader = world.store.stopOnce('after', 'findById');
    const slow = world.here.findById(user.id);
    await reader.holds(slow);
    await world.empty();
    await world.there.update(user.id, nextVersion);
    await world.empty();
    reader.open();
    await slow;
    await expectVersion(world, user, 2);
  },

  'does not hide a fault of its own as if the cache could not be reached': async (world) => {
    const user = await storedUser(world);
    const fault = new TypeError('a fault');
    for (const operation of ['find', 'lease', 'fill'] as const) {
      world.cache.failOnce('before', operation, fault);
      await expect(world.here.findById(user.id)).rejects.toBe(fault);
    }
    world.cache.failOnce('before', 'findIdByEmail', fault);
    await expect(world.here.findByEmail(user.email)).rejects.toBe(fault);
  },
};

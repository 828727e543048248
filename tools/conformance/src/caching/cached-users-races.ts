import type { User } from '@user-management/domain';
import { expect } from 'vitest';
import { cachedUser, expectVersion, type Scenario, storedUser, type World } from './cached-users-world.ts';
import type { Gate } from '../fakes/hooked.ts';
import { anEmail, aUser, movedTo, nextVersion } from '../fakes/samples.ts';

/** No order of readers and writers makes a read return an older version than the acknowledged one. */
export const races: Readonly<Record<string, Scenario>> = {
  'keeps out a reader that fills after a write was acknowledged': async (world) => {
    const user = await storedUser(world);
    const gate = world.store.stopOnce('after', 'findById');
    const slow = world.here.findById(user.id);
    await gate.holds(slow);
    await world.there.update(user.id, nextVersion);
    gate.open();
    expect(await slow).toEqual(user);
    await expectVersion(world, user, 2);
  },

  'keeps out a reader that fills while a writer is between the store and the cache': async (world) => {
    const user = await storedUser(world);
    const reader = world.store.stopOnce('after', 'findById');
    const slow = world.here.findById(user.id);
    await reader.holds(slow);
    const writer = world.store.stopOnce('after', 'update');
    const write = world.there.update(user.id, nextVersion);
    await writer.holds(write);
    reader.open();
    await slow;
    writer.open();
    await write;
    await expectVersion(world, user, 2);
  },

  'keeps out a reader that came while a write was under way': async (world) => {
    const user = await cachedUser(world);
    const writer = world.store.stopOnce('before', 'update');
    const write = world.there.update(user.id, nextVersion);
    await writer.holds(write);
    const reader = world.store.stopOnce('after', 'findById');
    const slow = world.here.findById(user.id);
    await reader.holds(slow);
    writer.open();
    await write;
    reader.open();
    expect(await slow).toEqual(user);
    await expectVersion(world, user, 2);
  },

  'keeps a user out of the cache who was read by an email that changes meanwhile': async (world) => {
    const user = await storedUser(world);
    const reader = world.store.stopOnce('after', 'findByEmail');
    const slow = world.here.findByEmail(user.email);
    await reader.holds(slow);
    const moved = await world.there.update(user.id, movedTo(anEmail()));
    reader.open();
    expect(await slow).toEqual(user);
    expect(await world.here.findById(user.id)).toEqual(moved);
    expect(await world.here.findByEmail(user.email)).toBeUndefined();
  },

  'answers readers while a write is under way': async (world) => {
    const user = await cachedUser(world);
    const writer = world.store.stopOnce('before', 'update');
    const write = world.there.update(user.id, nextVersion);
    await writer.holds(write);
    await expectVersion(world, user, 1);
    writer.open();
    await write;
    await expectVersion(world, user, 2);
  },

  'lets the store decide when a second writer overtakes the first before the store': async (world) => {
    const user = await cachedUser(world);
    const first = world.store.stopOnce('before', 'update');
    const write = world.here.update(user.id, nextVersion);
    await first.holds(write);
    await world.there.update(user.id, nextVersion);
    await expectVersion(world, user, 2);
    first.open();
    await write;
    await expectVersion(world, user, 3);
  },

  'lets the store decide when a second writer overtakes the first after the store': async (world) => {
    const user = await cachedUser(world);
    const first = world.store.stopOnce('after', 'update');
    const write = world.here.update(user.id, nextVersion);
    await first.holds(write);
    await world.there.update(user.id, nextVersion);
    await expectVersion(world, user, 3);
    first.open();
    await write;
    await expectVersion(world, user, 3);
  },

  'lets the store decide when the writer that began last is first at the store': async (world) => {
    const user = await cachedUser(world);
    const first = world.store.stopOnce('before', 'update');
    const second = world.store.stopOnce('after', 'update');
    const early = world.here.update(user.id, nextVersion);
    await first.holds(early);
    const late = world.there.update(user.id, nextVersion);
    await second.holds(late);
    first.open();
    await early;
    await expectVersion(world, user, 3);
    second.open();
    await late;
    await expectVersion(world, user, 3);
  },

  'lets the store decide when the writer that came last to the store is told last': async (world) => {
    const user = await cachedUser(world);
    const first = world.store.stopOnce('after', 'update');
    const second = world.store.stopOnce('after', 'update');
    const write = world.here.update(user.id, nextVersion);
    await first.holds(write);
    const last = world.there.update(user.id, nextVersion);
    await second.holds(last);
    first.open();
    await write;
    await expectVersion(world, user, 3);
    second.open();
    await last;
    await expectVersion(world, user, 3);
  },

  'does not let a late-comer share a read that began before an acknowledged write': async (world) => {
    const user = await storedUser(world);
    const gate = world.store.stopOnce('after', 'findById');
    const slow = world.here.findById(user.id);
    await gate.holds(slow);
    await world.there.update(user.id, nextVersion);
    expect(await lateComer(world, user, gate)).toEqual(nextVersion(user));
    await slow;
    await expectVersion(world, user, 2);
  },

  'does not let a late-comer share a read that began during a write, once that is acknowledged': async (
    world,
  ) => {
    const user = await storedUser(world);
    const writer = world.store.stopOnce('before', 'update');
    const write = world.there.update(user.id, nextVersion);
    await writer.holds(write);
    const reader = world.store.stopOnce('after', 'findById');
    const slow = world.here.findById(user.id);
    await reader.holds(slow);
    writer.open();
    await write;
    expect(await lateComer(world, user, reader)).toEqual(nextVersion(user));
    await slow;
    await expectVersion(world, user, 2);
  },

  'finds a user at once whom another replica added after they were looked for in vain': async (world) => {
    const user = aUser();
    expect(await world.here.findById(user.id)).toBeUndefined();
    expect(await world.here.findByEmail(user.email)).toBeUndefined();
    await world.there.add(user);
    await expectVersion(world, user, 1);
  },
};

/**
 * Reads while an earlier read stands at the gate. Opens the gate when it is clear whether the two share one.
 */
async function lateComer(world: World, user: User, gate: Gate): Promise<User | undefined> {
  // Without an entry there is a store read to share.
  await world.empty();
  const leased = world.cache.stopOnce('after', 'lease');
  const late = world.here.findById(user.id);
  await leased.holds(late);
  leased.open();
  gate.open();
  return late;
}

import { EmailTaken, type User, type UserCache } from '@user-management/domain';
import { expect } from 'vitest';
import {
  cachedUser,
  expectVersion,
  hinted,
  type Scenario,
  storedUser,
  storeReads,
  type World,
} from './cached-users-world.ts';
import { Gate } from '../fakes/hooked.ts';
import { anEmail, aUser, aUserId, loggedInAt, movedTo, nextVersion } from '../fakes/samples.ts';

const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work));

/** What the cache is for: the store is asked as rarely as the promise allows. */
export const service: Readonly<Record<string, Scenario>> = {
  'asks the store once when a thousand readers miss one user together': async (world) => {
    const user = await storedUser(world);
    slowDown(world, 1000);
    expect(await times(1000, () => world.here.findById(user.id))).toEqual(Array(1000).fill(user));
    expect(storeReads(world)).toBe(1);
  },

  'asks the store once when a thousand readers look for somebody who does not exist': async (world) => {
    const id = aUserId();
    slowDown(world, 1000);
    expect(await times(1000, () => world.here.findById(id))).toEqual(Array(1000).fill(undefined));
    expect(storeReads(world)).toBe(1);
  },

  'asks the store once when a thousand readers come during a write': async (world) => {
    const user = await cachedUser(world);
    const writer = world.store.stopOnce('before', 'update');
    const write = world.there.update(user.id, nextVersion);
    await writer.holds(write);
    const [reads, fills] = [storeReads(world), world.cache.calls('fill')];
    slowDown(world, 1000);
    await times(1000, () => world.here.findById(user.id));
    expect(storeReads(world)).toBe(reads + 1);
    // Only the writer may fill, so nobody asks in vain.
    expect(world.cache.calls('fill')).toBe(fills);
    writer.open();
    await write;
  },

  'asks the store again when a shared read failed': async (world) => {
    const user = await storedUser(world);
    slowDown(world, 10, new Error('lost'));
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => world.here.findById(user.id)));
    expect(new Set(outcomes.map((outcome) => outcome.status))).toEqual(new Set(['rejected']));
    expect(await world.here.findById(user.id)).toEqual(user);
  },

  'does not ask the store for a user who was just added, read or updated': async (world) => {
    const user = aUser();
    await world.here.add(user);
    await hinted(world, user);
    await expectVersion(world, user, 1);
    await world.there.update(user.id, nextVersion);
    await expectVersion(world, user, 2);
    expect(storeReads(world)).toBe(0);
  },

  'does not ask the store twice for a user who was read by id': async (world) => {
    const user = await storedUser(world);
    await world.here.findById(user.id);
    const before = storeReads(world);
    expect(await world.there.findById(user.id)).toEqual(user);
    expect(storeReads(world)).toBe(before);
  },

  'asks the store once for a user who is read by an email that leads nowhere': async (world) => {
    const user = await storedUser(world);
    expect(await world.here.findByEmail(user.email)).toEqual(user);
    expect(storeReads(world)).toBe(1);
    expect(world.cache.calls('lease')).toBe(0);
  },

  'caches a user again after a change that changed nothing': async (world) => {
    const user = await cachedUser(world);
    expect(await world.here.update(user.id, (current) => current)).toEqual(user);
    const before = storeReads(world);
    await expectVersion(world, user, 1);
    expect(storeReads(world)).toBe(before);
  },

  'gives what was written': async (world) => {
    const user = await cachedUser(world);
    const login = (current: User): User => loggedInAt(current, Date.UTC(2026, 1, 1));
    expect(await world.here.update(user.id, login)).toEqual(login(user));
    expect(await world.there.findByEmail(user.email)).toEqual(login(user));
  },

  'does not remember that an email is unknown': async (world) => {
    const user = aUser();
    expect(await world.here.findByEmail(user.email)).toBeUndefined();
    await world.there.add(user);
    expect(await world.here.findByEmail(user.email)).toEqual(user);
    expect(await world.here.findByEmail(anEmail())).toBeUndefined();
  },

  'is not misled by an email that leads to another user': async (world) => {
    const [user, other] = [await storedUser(world), await cachedUser(world)];
    await mislead(world.cache.port, other, user);
    expect(await world.here.findByEmail(user.email)).toEqual(user);
    expect(await world.here.findById(other.id)).toEqual(other);
  },

  'is not misled by an email that leads to nobody': async (world) => {
    const [user, nobody] = [await storedUser(world), aUser()];
    await mislead(world.cache.port, nobody, user);
    expect(await world.here.findByEmail(user.email)).toEqual(user);
    expect(await world.here.findById(nobody.id)).toBeUndefined();
  },

  'finds a user by the new email only, once a change of the email was acknowledged': async (world) => {
    const [user, email] = [await cachedUser(world), anEmail()];
    await world.here.findByEmail(user.email);
    const moved = await world.there.update(user.id, movedTo(email));
    for (const users of [world.here, world.there]) {
      expect(await users.findByEmail(user.email)).toBeUndefined();
      expect(await users.findByEmail(email)).toEqual(moved);
    }
  },

  'finds the new holder of an email, whose hint leads to the earlier one': async (world) => {
    const [user, email] = [await cachedUser(world), anEmail()];
    const moved = await world.there.update(user.id, movedTo(email));
    const holder = aUser({ email: user.email });
    // The cache does not learn of this write, so the hint stays.
    await world.store.port.add(holder);
    expect(await world.cache.port.findIdByEmail(user.email)).toBe(user.id);
    for (const users of [world.here, world.there]) {
      expect(await users.findByEmail(user.email)).toEqual(holder);
      expect(await users.findByEmail(email)).toEqual(moved);
    }
  },

  'refuses to change to an email that is taken, and goes on to cache the user': async (world) => {
    const [user, holder] = [await cachedUser(world), await cachedUser(world)];
    await expect(world.here.update(user.id, movedTo(holder.email))).rejects.toThrow(EmailTaken);
    await expectVersion(world, user, 1);
    await expectVersion(world, holder, 1);
    const before = storeReads(world);
    await expectVersion(world, user, 1);
    expect(storeReads(world)).toBe(before);
  },

  'lets one of many replicas win that add one email': async (world) => {
    const email = anEmail();
    const users = Array.from({ length: 10 }, () => aUser({ email }));
    const outcomes = await Promise.allSettled(
      users.map((user, n) => (n % 2 ? world.here : world.there).add(user)),
    );
    const winners = users.filter((_, n) => outcomes[n]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await Promise.all(users.map((user) => world.here.findById(user.id)))).toEqual(
      users.map((user) => winners.find((winner) => winner === user)),
    );
    expect(await world.there.findByEmail(email)).toEqual(winners[0]);
  },

  'names the users of its store, and lists them by activity': async (world) => {
    const users = [await storedUser(world), await cachedUser(world)];
    expect(world.here.dataset).toBe(world.store.port.dataset);
    const listed = await world.here.mostRecentlyActive(10);
    expect(listed.toSorted()).toEqual(users.map((user) => user.id).toSorted());
  },
};

/**
 * Delays the store's next answer or fault until so many readers `here` have missed, so that they miss
 * together.
 */
function slowDown({ store, cache }: World, readers: number, fault?: Error): void {
  const gate = new Gate();
  store.once('after', 'findById', async () => {
    await gate.pass();
    if (fault) throw fault;
  });
  let missed = 0;
  for (let n = 0; n < readers; n++) {
    cache.once('after', 'lease', () => {
      // The last of them still has a step to go.
      if (++missed === readers) void cache.port.find(aUserId()).then(() => gate.open());
    });
  }
}

/** Makes the cache lead from the email of `wanted` to the id of `other`, and hold nothing under that id. */
async function mislead(cache: UserCache, other: User, wanted: User): Promise<void> {
  const lease = await cache.beginWrite(other.id);
  await cache.endWrite({ ...other, email: wanted.email }, lease);
  await cache.abandonWrite(other.id, await cache.beginWrite(other.id));
}

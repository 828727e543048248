import type { Lease, User, UserCache } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { fresh, required } from './fresh.ts';
import { type Actor, ordersOf, violationsOf } from './interleavings.ts';
import { aDifficultUser, anEmail, aUser, aUserId, nextVersion } from '../fakes/samples.ts';

export interface UserCacheUnderTest {
  readonly cache: UserCache;
  /** A second one over the same data, as another replica has; where there can be none, the first is used. */
  readonly replica?: UserCache;
  /** Makes the cache lose every entry and every lease, as a restart without persistence does. */
  empty(): Promise<void> | void;
  /** Needed where the clock expires: moves it on by so many milliseconds. */
  advance?(milliseconds: number): void;
  /** Needed where the server expires: the milliseconds that it will keep this for. */
  remainingTtl?(what: 'user' | 'email' | 'lease', user: User): Promise<number>;
  /** Needed where `distrustable`: tells `cache` that it may have missed writes. */
  distrust?(): void;
  dispose?(): Promise<void> | void;
}

export interface UserCacheTraits {
  readonly expiresBy: 'clock' | 'server';
  /** Seconds that an entry lives. */
  readonly ttl: number;
  /** Milliseconds that a lease is good for, at most. */
  readonly leaseTtl: number;
  readonly distrustable: boolean;
}

/** What every `UserCache` must do. `create` is called once for each test. */
export function describeUserCache(
  name: string,
  create: () => UserCacheUnderTest | Promise<UserCacheUnderTest>,
  traits: UserCacheTraits,
): void {
  describe(`${name} is a UserCache`, () => {
    const world = fresh(create);
    describe('entries', () => entries(world));
    describe('a reader', () => readers(world));
    describe('a writer', () => writers(world));
    describe('a removal', () => removals(world));
    describe('in every order', () => interleavings(world));
    describe('a cache that lost everything', () => losses(world));
    describe('expiry', () => (traits.expiresBy === 'clock' ? expiryByClock : expiryByServer)(world, traits));
    if (traits.distrustable) describe('distrust', () => distrust(world));
  });
}

type World = () => UserCacheUnderTest;

function both(world: World): { cache: UserCache; replica: UserCache } {
  const { cache, replica = cache } = world();
  return { cache, replica };
}

async function filled(cache: UserCache, user: User): Promise<User> {
  await cache.fill(user, await cache.lease(user.id));
  return user;
}

/** The way by email leads to a user a moment after the cache knows the user. */
export const expectHint = (cache: UserCache, { id, email }: User): Promise<void> =>
  expect.poll(() => cache.findIdByEmail(email), { timeout: 10_000 }).toBe(id);

function entries(world: World): void {
  it('finds nobody before anything was stored', async () => {
    const { cache } = both(world);
    expect(await cache.find(aUserId())).toBeUndefined();
    expect(await cache.findIdByEmail(anEmail())).toBeUndefined();
  });

  it('finds a filled user by id, and the id by email, through every replica', async () => {
    const { cache, replica } = both(world);
    const user = await filled(cache, aUser());
    for (const reader of [cache, replica]) {
      expect(await reader.find(user.id)).toEqual(user);
      await expectHint(reader, user);
    }
  });

  it.each(['fill', 'endWrite'] as const)('gives back every member exactly as it came by %s', async (by) => {
    const { cache, replica } = both(world);
    const user = aDifficultUser();
    if (by === 'fill') await filled(cache, user);
    else await cache.endWrite(user, await cache.beginWrite(user.id));
    const found = await replica.find(user.id);
    expect(found).toEqual(user);
    expect(JSON.stringify(found?.preferences)).toBe(JSON.stringify(user.preferences));
    await expectHint(replica, user);
  });

  it('keeps users apart', async () => {
    const { cache } = both(world);
    const [one, other] = [await filled(cache, aUser()), await filled(cache, aUser())];
    await cache.beginWrite(one.id);
    expect(await cache.find(one.id)).toBeUndefined();
    expect(await cache.find(other.id)).toEqual(other);
  });
}

function readers(world: World): void {
  it('shares the lease in force with the readers of every replica', async () => {
    const { cache, replica } = both(world);
    const id = aUserId();
    const lease = await cache.lease(id);
    expect(lease.kind).toBe('read');
    expect(await cache.lease(id)).toEqual(lease);
    expect(await replica.lease(id)).toEqual(lease);
  });

  it('gets one lease when many ask at once', async () => {
    const { cache, replica } = both(world);
    const id = aUserId();
    const leases = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? cache : replica).lease(id)),
    );
    expect(new Set(leases.map((lease) => lease.token)).size).toBe(1);
  });

  it('never gets the same lease for two users', async () => {
    const { cache } = both(world);
    expect((await cache.lease(aUserId())).token).not.toBe((await cache.lease(aUserId())).token);
  });

  it('may fill as long as the lease is in force, though another reader did before', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const [lease, other] = [await cache.lease(user.id), await replica.lease(user.id)];
    await cache.fill(user, lease);
    await replica.fill(user, other);
    expect(await cache.find(user.id)).toEqual(user);
  });

  it('gets another lease after a write than before', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const before = await cache.lease(user.id);
    await replica.endWrite(user, await replica.beginWrite(user.id));
    const after = await cache.lease(user.id);
    expect(after.token).not.toBe(before.token);
    await replica.endWrite(user, await replica.beginWrite(user.id));
    expect((await cache.lease(user.id)).token).not.toBe(after.token);
  });

  it('is refused a fill after a write began', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const lease = await cache.lease(user.id);
    await replica.beginWrite(user.id);
    await cache.fill(user, lease);
    expect(await cache.find(user.id)).toBeUndefined();
  });

  it('is refused a fill after a write ended', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const lease = await cache.lease(user.id);
    await replica.endWrite(nextVersion(user), await replica.beginWrite(user.id));
    await cache.fill(user, lease);
    expect(await cache.find(user.id)).toEqual(nextVersion(user));
  });

  it('is refused a fill after a write was abandoned, and may fill under a new lease', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const lease = await cache.lease(user.id);
    await replica.abandonWrite(user.id, await replica.beginWrite(user.id));
    await cache.fill(user, lease);
    expect(await cache.find(user.id)).toBeUndefined();
    await filled(cache, user);
    expect(await replica.find(user.id)).toEqual(user);
  });

  it('may not fill while a writer is at work', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const writers = await replica.beginWrite(user.id);
    const lease = await cache.lease(user.id);
    expect([writers.kind, lease.kind]).toEqual(['write', 'write']);
    await cache.fill(user, lease);
    expect(await cache.find(user.id)).toBeUndefined();
  });

  it('is refused a fill under a lease of its own making', async () => {
    const { cache } = both(world);
    const user = aUser();
    for (const lease of forgeries(await cache.lease(user.id))) {
      await cache.fill(user, lease);
      expect(await cache.find(user.id)).toBeUndefined();
    }
  });
}

const forgeries = ({ token }: Lease): Lease[] =>
  [`${token}x`, token.slice(0, -1), ''].map((forged) => ({ token: forged, kind: 'read' }));

function writers(world: World): void {
  it('removes the user for everybody when it begins', async () => {
    const { cache, replica } = both(world);
    const user = await filled(cache, aUser());
    await replica.beginWrite(user.id);
    expect(await cache.find(user.id)).toBeUndefined();
    expect(await replica.find(user.id)).toBeUndefined();
  });

  it('leaves for everybody what it wrote when it ends', async () => {
    const { cache, replica } = both(world);
    const user = await filled(cache, aUser());
    await cache.endWrite(nextVersion(user), await cache.beginWrite(user.id));
    expect(await replica.find(user.id)).toEqual(nextVersion(user));
    await expectHint(replica, user);
    expect((await replica.lease(user.id)).kind).toBe('read');
  });

  it('stores nothing when another writer began after it', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const first = await cache.beginWrite(user.id);
    const second = await replica.beginWrite(user.id);
    expect(second.token).not.toBe(first.token);
    await cache.endWrite(user, first);
    expect(await cache.find(user.id)).toBeUndefined();
  });

  it('removes what another writer stored in between, and takes the lease of every reader', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const first = await cache.beginWrite(user.id);
    await replica.endWrite(user, await replica.beginWrite(user.id));
    const reader = await replica.lease(user.id);
    await cache.endWrite(nextVersion(user), first);
    expect(await replica.find(user.id)).toBeUndefined();
    await replica.fill(user, reader);
    expect(await replica.find(user.id)).toBeUndefined();
  });

  it('stores nothing when it was overtaken by a writer that ended before it', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const first = await cache.beginWrite(user.id);
    const second = await replica.beginWrite(user.id);
    await cache.endWrite(user, first);
    await replica.endWrite(nextVersion(user), second);
    expect([undefined, 2]).toContain((await cache.find(user.id))?.version);
  });

  it('may end or abandon a write whose lease was lost long ago', async () => {
    const { cache } = both(world);
    const user = aUser();
    const lease = await cache.beginWrite(user.id);
    await cache.abandonWrite(user.id, lease);
    await cache.abandonWrite(user.id, lease);
    await cache.endWrite(user, lease);
    expect(await cache.find(user.id)).toBeUndefined();
    await filled(cache, user);
    expect(await cache.find(user.id)).toEqual(user);
  });
}

function removals(world: World): void {
  it('removes the user and the way to it by email, for everybody', async () => {
    const { cache, replica } = both(world);
    const user = await filled(cache, aUser());
    await expectHint(replica, user);
    await replica.beginRemoval(user);
    await replica.endRemoval(user);
    for (const reader of [cache, replica]) {
      expect(await reader.find(user.id)).toBeUndefined();
      expect(await reader.findIdByEmail(user.email)).toBeUndefined();
    }
  });

  it('has removed both when it begins, and lets nobody fill until it ends', async () => {
    const { cache, replica } = both(world);
    const user = await filled(cache, aUser());
    const [reader, writer] = [await replica.lease(user.id), await replica.beginWrite(user.id)];
    await filled(cache, user);
    await cache.beginRemoval(user);
    await replica.fill(user, reader);
    await replica.fill(user, await replica.lease(user.id));
    expect(await replica.find(user.id)).toBeUndefined();
    expect(await replica.findIdByEmail(user.email)).toBeUndefined();
    await replica.endWrite(user, writer);
    expect(await replica.find(user.id)).toBeUndefined();
  });

  it('removes what was filled when the lease of the removal was lost', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    await cache.abandonWrite(user.id, await cache.beginWrite(user.id));
    await filled(replica, user);
    await cache.endRemoval(user);
    expect(await replica.find(user.id)).toBeUndefined();
  });

  it('takes the lease of every reader and writer', async () => {
    const { cache, replica } = both(world);
    const [one, other] = [aUser(), aUser()];
    const reader = await replica.lease(one.id);
    await cache.endRemoval(one);
    await replica.fill(one, reader);
    expect(await cache.find(one.id)).toBeUndefined();
    const writer = await replica.beginWrite(other.id);
    await cache.endRemoval(other);
    await replica.endWrite(other, writer);
    expect(await cache.find(other.id)).toBeUndefined();
  });

  it('leaves the next holder of the email alone', async () => {
    const { cache, replica } = both(world);
    const user = await filled(cache, aUser());
    const next = await filled(replica, aUser({ email: user.email }));
    await expectHint(cache, next);
    await cache.beginRemoval(user);
    await cache.endRemoval(user);
    await cache.endRemoval(user);
    expect(await cache.findIdByEmail(user.email)).toBe(next.id);
    expect(await cache.find(next.id)).toEqual(next);
  });
}

/** Some 20,000 questions to the cache: a second or two, but not on a machine that is busy otherwise. */
const MANY_ORDERS_MS = 60_000;

function interleavings(world: World): void {
  it.each<{ actors: Actor[] }>([
    { actors: ['writer', 'writer', 'reader'] },
    { actors: ['writer', 'refused writer', 'reader'] },
    { actors: ['writer', 'killed writer', 'reader'] },
    { actors: ['writer', 'reader', 'reader'] },
  ])(
    'finds nothing older than what was acknowledged: $actors',
    async ({ actors }) => {
      const { cache, replica } = both(world);
      const caches = { cache, replica, empty: unexpected };
      const orders = ordersOf(actors);
      expect((await inBatches(orders, (order) => violationsOf(caches, actors, order))).flat()).toEqual([]);
    },
    MANY_ORDERS_MS,
  );

  it.each<{ actors: Actor[] }>([
    { actors: ['writer', 'reader', 'cache that loses everything'] },
    { actors: ['writer', 'killed writer', 'cache that loses everything'] },
  ])(
    'finds nothing older than what was acknowledged: $actors',
    async ({ actors }) => {
      const { cache, replica } = both(world);
      const caches = { cache, replica, empty: () => world().empty() };
      // One by one, since what one of them loses all of them lose.
      for (const order of ordersOf(actors)) expect(await violationsOf(caches, actors, order)).toEqual([]);
    },
    MANY_ORDERS_MS,
  );
}

function unexpected(): never {
  throw new Error('nobody in this test empties the cache');
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += 60) {
    results.push(...(await Promise.all(items.slice(start, start + 60).map(work))));
  }
  return results;
}

function losses(world: World): void {
  it('finds nothing, and is filled anew', async () => {
    const { cache } = both(world);
    const user = await filled(cache, aUser());
    await world().empty();
    expect(await cache.find(user.id)).toBeUndefined();
    expect(await cache.findIdByEmail(user.email)).toBeUndefined();
    await filled(cache, user);
    expect(await cache.find(user.id)).toEqual(user);
  });

  it('refuses a fill under a lease from before', async () => {
    const { cache } = both(world);
    const user = aUser();
    const lease = await cache.lease(user.id);
    await world().empty();
    await cache.fill(user, lease);
    expect(await cache.find(user.id)).toBeUndefined();
    expect((await cache.lease(user.id)).token).not.toBe(lease.token);
    await cache.fill(user, lease);
    expect(await cache.find(user.id)).toBeUndefined();
  });

  it('takes nothing from a writer that began before, and nothing from whoever read in between', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const writer = await cache.beginWrite(user.id);
    await world().empty();
    const reader = await replica.lease(user.id);
    await replica.fill(user, reader);
    await cache.endWrite(nextVersion(user), writer);
    await replica.fill(user, reader);
    expect(await cache.find(user.id)).toBeUndefined();
  });
}

function expiryByClock(world: World, { ttl, leaseTtl }: UserCacheTraits): void {
  const advance = (milliseconds: number): void =>
    required(world().advance?.bind(world()), 'advance, since the clock expires')(milliseconds);

  it('finds an entry until its time is over', async () => {
    const { cache } = both(world);
    const user = await filled(cache, aUser());
    advance(ttl * 1000 - 1);
    expect(await cache.find(user.id)).toEqual(user);
    expect(await cache.findIdByEmail(user.email)).toBe(user.id);
    advance(2);
    expect(await cache.find(user.id)).toBeUndefined();
    expect(await cache.findIdByEmail(user.email)).toBeUndefined();
  });

  it('finds the id by email for as long as the user, also when only the user was stored anew', async () => {
    const { cache } = both(world);
    const user = await filled(cache, aUser());
    advance(ttl * 500);
    await cache.endWrite(nextVersion(user), await cache.beginWrite(user.id));
    advance(ttl * 1000 - 1);
    expect(await cache.find(user.id)).toEqual(nextVersion(user));
    expect(await cache.findIdByEmail(user.email)).toBe(user.id);
  });

  it('does not live longer because it is read', async () => {
    const { cache } = both(world);
    const user = await filled(cache, aUser());
    advance(ttl * 1000 - 1);
    await cache.find(user.id);
    advance(2);
    expect(await cache.find(user.id)).toBeUndefined();
  });

  it('refuses a fill under a lease whose time is over', async () => {
    const { cache } = both(world);
    const user = aUser();
    const lease = await cache.lease(user.id);
    advance(leaseTtl + 1);
    await cache.fill(user, lease);
    expect(await cache.find(user.id)).toBeUndefined();
    expect((await cache.lease(user.id)).token).not.toBe(lease.token);
  });

  it('lets readers fill again when a writer is lost, and takes nothing from that writer later', async () => {
    const { cache, replica } = both(world);
    const user = aUser();
    const writer = await cache.beginWrite(user.id);
    advance(leaseTtl + 1);
    await filled(replica, user);
    expect(await replica.find(user.id)).toEqual(user);
    await cache.endWrite(nextVersion(user), writer);
    expect(await replica.find(user.id)).toBeUndefined();
  });
}

function expiryByServer(world: World, { ttl, leaseTtl }: UserCacheTraits): void {
  const remainingTtl = (what: 'user' | 'email' | 'lease', user: User): Promise<number> =>
    required(world().remainingTtl?.bind(world()), 'remainingTtl, since the server expires')(what, user);

  it.each(['fill', 'endWrite'] as const)(
    'keeps an entry by %s for its time, and the way to it by email no shorter',
    async (by) => {
      const { cache } = both(world);
      const user = aUser();
      if (by === 'fill') await filled(cache, user);
      else await cache.endWrite(user, await cache.beginWrite(user.id));
      await expectHint(cache, user);
      // In this order: the time that the second question takes can only make it look shorter.
      const leftByEmail = await remainingTtl('email', user);
      const left = await remainingTtl('user', user);
      expect(left).toBeLessThanOrEqual(ttl * 1000);
      expect(left).toBeGreaterThan((ttl - 10) * 1000);
      expect(leftByEmail).toBeGreaterThanOrEqual(left);
    },
  );

  it.each(['read', 'write'] as const)('keeps a %s lease no longer than it is good for', async (kind) => {
    const { cache } = both(world);
    const user = aUser();
    await (kind === 'read' ? cache.lease(user.id) : cache.beginWrite(user.id));
    const left = await remainingTtl('lease', user);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(leaseTtl);
  });
}

function distrust(world: World): void {
  const forget = (): void =>
    required(world().distrust?.bind(world()), 'distrust, since it is distrustable')();

  it('never finds again what was stored before', async () => {
    const { cache } = both(world);
    const user = await filled(cache, aUser());
    forget();
    expect(await cache.find(user.id)).toBeUndefined();
    await filled(cache, nextVersion(user));
    expect(await cache.find(user.id)).toEqual(nextVersion(user));
  });

  it('refuses a fill under a lease from before', async () => {
    const { cache } = both(world);
    const user = aUser();
    const lease = await cache.lease(user.id);
    forget();
    await cache.fill(user, lease);
    expect(await cache.find(user.id)).toBeUndefined();
    expect((await cache.lease(user.id)).token).not.toBe(lease.token);
  });

  it('takes nothing from a writer that began before', async () => {
    const { cache } = both(world);
    const user = aUser();
    const writer = await cache.beginWrite(user.id);
    forget();
    await filled(cache, user);
    await cache.endWrite(nextVersion(user), writer);
    expect(await cache.find(user.id)).toBeUndefined();
  });
}

import {
  type DistrustableUserCache,
  StandbyUserCache,
  type User,
  type UserCache,
} from '@user-management/domain';
import { LEASE_TTL_MS, MemoryUserCache, MemoryUsers } from '@user-management/memory';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import { Switchable } from './switchable.ts';
import { describeCachedUsers } from './cached-users.ts';
import { aUser, nextVersion } from '../fakes/samples.ts';
import { describeUserCache } from '../ports/user-cache.ts';

const ttl = 60;

function create() {
  const clock = new TestClock();
  const [remote, local] = [1, 2].map(() => new MemoryUserCache({ clock, ttl, maxEntries: 10_000 })) as [
    MemoryUserCache,
    MemoryUserCache,
  ];
  const primary = new Switchable<DistrustableUserCache>(remote);
  const empty = (): void => [remote, local].forEach((cache) => cache.distrust());
  return { clock, remote, local, primary, empty, cache: new StandbyUserCache(primary.port, local) };
}

describe.each([true, false])('with a primary that answers: %s', (on) => {
  const underTest = () => {
    const { clock, primary, ...rest } = create();
    primary.on = on;
    return { ...rest, advance: (milliseconds: number) => clock.advance(milliseconds) };
  };
  const traits = { ttl, leaseTtl: LEASE_TTL_MS, distrustable: false, expiresBy: 'clock' } as const;

  describeUserCache('StandbyUserCache', underTest, traits);
  describeCachedUsers('StandbyUserCache', () => ({ ...underTest(), store: new MemoryUsers() }));
});

describe('StandbyUserCache', () => {
  let { remote, local, primary, cache } = create();
  beforeEach(() => {
    ({ remote, local, primary, cache } = create());
  });

  const fill = async (filled: UserCache, user: User): Promise<void> =>
    filled.fill(user, await filled.lease(user.id));

  it('asks the primary as long as it answers', async () => {
    const user = aUser();
    await fill(cache, user);
    expect(await remote.find(user.id)).toEqual(user);
    expect(await local.find(user.id)).toBeUndefined();
  });

  it('finds nothing that the primary held before this process was there to see it change', async () => {
    const user = aUser();
    await fill(remote, user);
    const restarted = new StandbyUserCache(primary.port, local);
    expect(await restarted.find(user.id)).toBeUndefined();
  });

  it('finds nothing that the primary held before it was lost', async () => {
    const user = aUser();
    await fill(cache, user);
    primary.on = false;
    expect(await cache.find(user.id)).toBeUndefined();
    await fill(cache, nextVersion(user));
    expect(await cache.find(user.id)).toEqual(nextVersion(user));
    primary.on = true;
    expect(await cache.find(user.id)).toBeUndefined();
  });

  it('finds nothing that the standby held before the primary came back', async () => {
    const user = aUser();
    primary.on = false;
    await fill(cache, user);
    primary.on = true;
    await fill(cache, nextVersion(user));
    primary.on = false;
    expect(await cache.find(user.id)).toBeUndefined();
  });

  it('keeps what the standby holds as long as the primary is lost', async () => {
    const user = aUser();
    primary.on = false;
    await fill(cache, user);
    await cache.lease(aUser().id);
    expect(await cache.find(user.id)).toEqual(user);
  });

  it.each([true, false])(
    'refuses a fill under a lease of the other cache (from the primary: %s)',
    async (on) => {
      const user = aUser();
      primary.on = on;
      const lease = await cache.lease(user.id);
      primary.on = !on;
      await cache.fill(user, lease);
      expect(await cache.find(user.id)).toBeUndefined();
      primary.on = on;
      expect(await cache.find(user.id)).toBeUndefined();
    },
  );

  it.each([true, false])(
    'takes nothing from a writer that began at the other cache (the primary: %s)',
    async (on) => {
      const user = aUser();
      primary.on = on;
      const writer = await cache.beginWrite(user.id);
      primary.on = !on;
      await fill(cache, user);
      await cache.endWrite(nextVersion(user), writer);
      expect(await cache.find(user.id)).toBeUndefined();
    },
  );

  it('does not take a fault of the primary for a primary that does not answer', async () => {
    const fault = new TypeError('a fault');
    vi.spyOn(remote, 'find').mockRejectedValue(fault);
    await expect(cache.find(aUser().id)).rejects.toBe(fault);
  });
});

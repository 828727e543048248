import { Damaged, parseTimestamp, type User } from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { world } from './world.ts';
import { aUser, nextVersion } from '../fakes/samples.ts';

async function stored(count: number): Promise<ReturnType<typeof world> & { all: User[] }> {
  const made = world();
  // The first of them was active most recently.
  const all = Array.from({ length: count }, (_, n) => aUser({ createdAt: parseTimestamp(1_000_000 - n) }));
  for (const user of all) await made.store.add(user);
  return { ...made, all };
}

describe('warmCache', () => {
  it('leaves the most recently active users in the cache, and says how many', async () => {
    const { users, warmCache, store, all } = await stored(120);
    expect(await warmCache(100)).toBe(100);
    const asked = vi.spyOn(store, 'findById');
    for (const user of all.slice(0, 100)) expect(await users.findById(user.id)).toEqual(user);
    expect(asked).not.toHaveBeenCalled();
    await users.findById(all[100]?.id ?? aUser().id);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('is content with fewer users than asked for', async () => {
    const { warmCache } = await stored(3);
    expect(await warmCache(100)).toBe(3);
  });

  it('passes over a user whose record is damaged', async () => {
    const { users, warmCache, store, all } = await stored(60);
    const find = store.findById.bind(store);
    const asked = vi.spyOn(store, 'findById').mockImplementation((id) => {
      return id === all[0]?.id ? Promise.reject(new Damaged('The record cannot be read.')) : find(id);
    });
    await warmCache(60);
    asked.mockClear();
    for (const user of all.slice(1)) expect(await users.findById(user.id)).toEqual(user);
    expect(asked).not.toHaveBeenCalled();
  });

  it('never asks the store for more than 50 users at a time', async () => {
    const { warmCache, store } = await stored(120);
    let [running, most] = [0, 0];
    const find = store.findById.bind(store);
    vi.spyOn(store, 'findById').mockImplementation(async (id) => {
      most = Math.max(most, ++running);
      const user = await find(id);
      running--;
      return user;
    });
    await warmCache(120);
    expect(most).toBe(50);
  });

  it('does not overwrite what is written meanwhile', async () => {
    const { users, warmCache, store, all } = await stored(10);
    const find = store.findById.bind(store);
    vi.spyOn(store, 'findById').mockImplementation(async (id) => {
      const user = await find(id);
      // The write is acknowledged before the warming knows what to do with the user that it read.
      if (user?.version === 1) await users.update(id, nextVersion);
      return user;
    });
    await warmCache(10);
    for (const user of all) expect(await users.findById(user.id)).toEqual(nextVersion(user));
  });
});

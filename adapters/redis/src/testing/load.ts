import { setImmediate as immediate, setTimeout as wait } from 'node:timers/promises';
import { CachedUsers, DependencyUnavailable, type User, type UserRepository } from '@user-management/domain';
import { aUser, nextVersion } from '@user-management/conformance';
import { MemoryUsers } from '@user-management/memory';
import { vi } from 'vitest';
import type { Redis } from '../topology/redis.ts';
import { RedisUsers } from '../stores/users.ts';
import type { Connected } from './connect.ts';
import { userCache } from './describe-redis.ts';

const WORKERS = 8;

/** Repeats the work until the disturbance is over. The only accepted error is that Redis is unavailable. */
async function workDuring(
  disturb: () => Promise<void>,
  work: (worker: number) => Promise<void>,
): Promise<void> {
  let over = false;
  const workers = Array.from({ length: WORKERS }, async (_, worker) => {
    while (!over) {
      // Without Redis the work may not wait for anything, and the disturbance must get a turn too.
      await immediate();
      try {
        await work(worker);
      } catch (error) {
        if (!(error instanceof DependencyUnavailable)) throw error;
        await wait(1);
      }
    }
  });
  await disturb().finally(() => (over = true));
  await Promise.all(workers);
}

interface Added {
  readonly user: User;
  /** The time of the acknowledgement, by `performance.now()`. */
  readonly at: number;
}

/** Adds users during the disturbance, and returns those that are lost although they were acknowledged. */
export async function addDuring(redis: Redis, disturb: () => Promise<void>) {
  const users = await RedisUsers.open(redis);
  const added: Added[] = [];
  await workDuring(disturb, async () => {
    const user = aUser();
    await users.add(user);
    added.push({ user, at: performance.now() });
  });
  const lost: Added[] = [];
  for (let start = 0; start < added.length; start += 100) {
    const batch = added.slice(start, start + 100);
    const found = await Promise.all(batch.map(({ user }) => patiently(() => users.findByEmail(user.email))));
    lost.push(...batch.filter((_, n) => !found[n]));
  }
  return { added, lost };
}

/** After a failover, some nodes of a cluster learn late that it is up again. */
const patiently = <T>(ask: () => Promise<T>): Promise<T> => vi.waitFor(ask, { timeout: 10_000, interval: 5 });

/**
 * Reads and writes a few users through two replicas during the disturbance. Their store loses nothing.
 * @returns every stale read (one that is older than the last write acknowledged before it), and the numbers
 * of successful reads and writes.
 */
export async function lookForStaleReads(here: Connected, there: Connected, disturb: () => Promise<void>) {
  const store = new MemoryUsers();
  const replicas = [here, there].map(
    ({ redis, recorder }) => new CachedUsers(store, userCache(redis, recorder)),
  );
  const users = Array.from({ length: 100 }, () => aUser());
  for (const user of users) await store.add(user);
  const acknowledged = new Map(users.map(({ id }) => [id, 1]));
  const stale: string[] = [];
  let [reads, writes] = [0, 0];

  const write = async (replica: UserRepository, { id }: User) => {
    const { version } = await replica.update(id, nextVersion);
    acknowledged.set(id, Math.max(version, acknowledged.get(id) ?? 0));
    writes += 1;
  };
  const read = async (replica: UserRepository, { id }: User) => {
    const least = acknowledged.get(id) ?? 0;
    const version = (await replica.findById(id))?.version ?? 0;
    reads += 1;
    if (version < least) stale.push(`version ${version} of ${id} after ${least} was acknowledged`);
  };
  await workDuring(disturb, (worker) =>
    (worker < WORKERS / 4 ? write : read)(random(replicas), random(users)),
  );
  return { stale, reads, writes };
}

function random<T>(items: readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to choose from');
  return item;
}

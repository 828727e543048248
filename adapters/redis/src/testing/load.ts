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

/** Works until the disturbance is over; Redis may be unavailable meanwhile, nothing else may go wrong. */
async function workDuring(
  disturb: () => Promise<void>,
  work: (worker: number) => Promise<void>,
): Promise<void> {
  let over = false;
  const workers = Array.from({ length: WORKERS }, async (_, worker) => {
    while (!over) {
      // Without Redis there may be nothing else to wait for, and whoever disturbs has to have a turn.
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
  /** When it was acknowledged, by the clock of `performance`. */
  readonly at: number;
}

/** Adds users during the disturbance and tells which of those that were acknowledged are lost. */
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

/** After a failover the nodes of a cluster do not all hear at once that it is up again. */
const patiently = <T>(ask: () => Promise<T>): Promise<T> => vi.waitFor(ask, { timeout: 10_000, interval: 5 });

/**
 * Two replicas read and write a few users, whose store loses nothing, during the disturbance.
 * @returns every read that gave something older than what had been acknowledged when it began, and how much
 * went well.
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

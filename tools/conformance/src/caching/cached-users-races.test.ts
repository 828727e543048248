import {
  CachedUsers,
  StandbyUserCache,
  type User,
  type UserCache,
  type UserRepository,
} from '@user-management/domain';
import { MemoryUserCache, MemoryUsers } from '@user-management/memory';
import fc, { type Scheduler } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import { scheduled } from './scheduled.ts';
import { endsWithoutCompare, fillsWithoutCompare, leasesThatNeverChange } from './broken-caches.ts';
import { aUser, nextVersion } from '../fakes/samples.ts';

const clock = new TestClock();
const memoryCache = (): MemoryUserCache => new MemoryUserCache({ clock, ttl: 60, maxEntries: 100 });

type Action = 'read' | 'read by email' | 'write' | 'write in vain' | 'lose the cache' | 'cut' | 'mend';

/** What each of a few clients does, one thing after the other. */
const clients = (...actions: Action[]): fc.Arbitrary<Action[][]> =>
  fc.array(fc.array(fc.constantFrom(...actions), { minLength: 1, maxLength: 4 }), {
    minLength: 2,
    maxLength: 4,
  });

interface System {
  /** Each client uses the next of them. */
  readonly replicas: readonly UserRepository[];
  readonly store: MemoryUsers;
  readonly empty: () => void;
  /** Cuts or mends the connection to the cache, where there is one to cut. */
  readonly connect?: (connected: boolean) => void;
}

/** What was read though something newer had been acknowledged before the question was asked. */
async function lies(
  { replicas, store, empty, connect }: System,
  scripts: readonly Action[][],
): Promise<string[]> {
  const user = aUser();
  await store.add(user);
  let acknowledged = 1;
  const found: string[] = [];
  const check = async (question: (floor: number) => Promise<User | undefined>): Promise<void> => {
    const floor = acknowledged;
    const version = (await question(floor))?.version ?? 0;
    if (version < floor) found.push(`version ${version} was read after ${floor} was acknowledged`);
  };
  const write = async (users: UserRepository): Promise<void> => {
    const written = await users.update(user.id, nextVersion);
    acknowledged = Math.max(acknowledged, written.version);
  };
  const act: Record<Action, (users: UserRepository) => Promise<void> | void> = {
    read: (users) => check(() => users.findById(user.id)),
    'read by email': (users) => check(() => users.findByEmail(user.email)),
    // Without an acknowledgement nothing was promised.
    write: (users) => write(users).catch(() => undefined),
    'write in vain': (users) => users.update(user.id, refuse).then(unexpected, () => undefined),
    'lose the cache': empty,
    cut: () => connect?.(false),
    mend: () => connect?.(true),
  };
  await Promise.all(
    scripts.map(async (script, n) => {
      const users = replicas[n % replicas.length] ?? unexpected();
      for (const action of script) await act[action](users);
    }),
  );
  return found;
}

const refuse = (): never => {
  throw new Error('refused');
};

function unexpected(): never {
  throw new Error('not expected here');
}

/** Two replicas over one shared cache. */
function shared(scheduler: Scheduler, variant: (cache: UserCache) => UserCache): System {
  const [store, memory] = [new MemoryUsers(), memoryCache()];
  const replica = (): UserRepository =>
    new CachedUsers(scheduled(scheduler, store), variant(scheduled<UserCache>(scheduler, memory)));
  return { replicas: [replica(), replica()], store, empty: () => memory.distrust() };
}

/** One process over a cache that comes and goes. */
function standby(scheduler: Scheduler): System {
  const [store, remote, local] = [new MemoryUsers(), memoryCache(), memoryCache()];
  let connected = true;
  const primary = scheduled(scheduler, remote, () => connected);
  const users = new CachedUsers(scheduled(scheduler, store), new StandbyUserCache(primary, local));
  return { replicas: [users], store, empty: () => remote.distrust(), connect: (now) => (connected = now) };
}

const property = (actions: fc.Arbitrary<Action[][]>, system: (scheduler: Scheduler) => System) =>
  fc.asyncProperty(fc.scheduler(), actions, async (scheduler, scripts) => {
    const outcome = lies(system(scheduler), scripts);
    await scheduler.waitFor(outcome);
    expect(await outcome).toEqual([]);
  });

// fast-check prints the seed and the path of what it finds; with both given to `fc.assert` it is replayed.
describe('CachedUsers, in random orders of everything that travels', () => {
  const sharing = clients('read', 'read by email', 'write', 'write in vain', 'lose the cache');

  it('never reads anything older than what was acknowledged, through a shared cache', async () => {
    await fc.assert(
      property(sharing, (scheduler) => shared(scheduler, (cache) => cache)),
      { numRuns: 500 },
    );
  });

  it('reads nothing older than what was acknowledged, through a cache that comes and goes', async () => {
    const flapping = clients(
      'read',
      'read by email',
      'write',
      'write in vain',
      'lose the cache',
      'cut',
      'mend',
    );
    await fc.assert(property(flapping, standby), { numRuns: 500 });
  });

  it.each([
    { variant: fillsWithoutCompare },
    { variant: endsWithoutCompare },
    { variant: leasesThatNeverChange },
  ])('finds out a cache that $variant.name', async ({ variant }) => {
    const outcome = await fc.check(
      property(clients('read', 'write'), (scheduler) => shared(scheduler, variant)),
      { numRuns: 5_000, endOnFailure: true },
    );
    expect(outcome.failed).toBe(true);
  });
});

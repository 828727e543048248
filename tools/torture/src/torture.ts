import { troubleNetwork } from './faults/network-faults.ts';
import { evictKeys, troubleRedis } from './faults/redis-faults.ts';
import { chooseMixture, useReplica } from './operations/clients.ts';
import { recover } from './operations/recovery.ts';
import { register } from './operations/user-operations.ts';
import { Journal, Violation } from './oracle/journal.ts';
import { Statistics } from './oracle/statistics.ts';
import { Stopwatch } from './oracle/stopwatch.ts';
import { TokenHistory } from './oracle/token-history.ts';
import { UserHistory } from './oracle/user-history.ts';
import { Random } from './random.ts';
import { RedisUnderFire } from './system/redis-under-fire.ts';
import { COMMAND_TIMEOUT_MS, Replica, type Sabotage } from './system/replica.ts';
import { openStore, type SharedStore, type StoreName } from './system/stores.ts';
import { Pace } from './world/pace.ts';
import { People } from './world/people.ts';
import type { World } from './world/world.ts';

export interface TortureOptions {
  readonly store: StoreName;
  readonly seed: number;
  readonly milliseconds: number;
  /** Required for the store `postgres`. */
  readonly postgresUrl?: string | undefined;
  readonly sabotage?: Sabotage;
}

export interface Report {
  readonly statistics: Statistics;
  readonly worstMs: number;
  /** The broken promise and its story. */
  readonly violation: Violation | undefined;
}

const REPLICAS = 3;
const CLIENTS_PER_REPLICA = 10;
/** The contract limits a call to the timeout of a command plus this time. */
const GRACE_MS = 1_000;

/**
 * Lets several replicas read and write the same few users while Redis, the store and the networks fail.
 * Checks every answer against the history of acknowledged writes. The seed determines every choice, but the
 * outcome also depends on timing.
 */
export async function torture(options: TortureOptions): Promise<Report> {
  const store = await openStore(options.store, options.postgresUrl);
  const redis = await RedisUnderFire.start(options.store === 'redis');
  const stopwatch = new Stopwatch(COMMAND_TIMEOUT_MS + GRACE_MS + store.patienceMs);
  const random = new Random(options.seed);
  let world: World | undefined;
  try {
    world = await createWorld(options, { store, redis, stopwatch, random });
    const violation = await run(world, options, random);
    return { statistics: world.statistics, worstMs: stopwatch.worstMs, violation };
  } finally {
    stopwatch.stop();
    await Promise.all((world?.replicas ?? []).map((replica) => replica.close()));
    await redis.stop();
    await store.close();
  }
}

interface Parts {
  readonly store: SharedStore;
  readonly redis: RedisUnderFire;
  readonly stopwatch: Stopwatch;
  readonly random: Random;
}

async function createWorld({ seed, sabotage = {} }: TortureOptions, parts: Parts): Promise<World> {
  const { store, redis, stopwatch, random } = parts;
  const [journal, statistics] = [new Journal(), new Statistics()];
  const replicas: Replica[] = [];
  for (let n = 1; n <= REPLICAS; n++) {
    const around = { redis: redis.address, store, sabotage, random: random.fork(), journal, statistics };
    replicas.push(await Replica.open(`replica ${n}`, around));
  }
  const [users, tokens, people] = [new UserHistory(journal), new TokenHistory(journal), new People(seed)];
  const pace = new Pace();
  return { seed, redis, replicas, people, users, tokens, journal, statistics, stopwatch, pace };
}

async function run(world: World, options: TortureOptions, random: Random): Promise<Violation | undefined> {
  try {
    await Promise.all(world.replicas.map((replica) => register(world, replica, random)));
    await trouble(world, options, random);
    await recover(world);
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
}

/** Runs all actors at once, until the time is over or one of them finds a violation. */
async function trouble(world: World, { milliseconds, store }: TortureOptions, random: Random): Promise<void> {
  const end = new AbortController();
  const timer = setTimeout(() => {
    end.abort();
  }, milliseconds);
  const { signal } = end;
  const mixture = chooseMixture(random);
  const actors = [
    ...world.replicas.flatMap((replica) => [
      ...Array.from({ length: CLIENTS_PER_REPLICA }, () =>
        useReplica(world, replica, mixture, random.fork(), signal),
      ),
      ...replica.networks.map(([name, proxy]) =>
        troubleNetwork(`network from ${replica.name} to ${name}`, proxy, world, random.fork(), signal),
      ),
    ]),
    troubleRedis(world, store === 'redis', random.fork(), signal),
    evictKeys(world, random.fork(), signal),
  ];
  const ends = await Promise.allSettled(actors.map((actor) => actor.finally(() => end.abort())));
  clearTimeout(timer);
  for (const { reason } of ends.filter((actor) => actor.status === 'rejected')) throw reason;
}

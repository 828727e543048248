import { keys } from '@user-management/redis';
import type { Random } from '../random.ts';
import { pause } from '../world/pause.ts';
import type { Person } from '../world/people.ts';
import type { World } from '../world/world.ts';

type Fault = (world: World, random: Random, signal: AbortSignal) => Promise<void>;
type Faults = readonly (readonly [weight: number, name: string, Fault])[];

const freeze: Fault = async ({ redis }, random, signal) => {
  await redis.pause();
  await pause(random.integer(20, 450), signal);
  await redis.resume();
};

const killClients: Fault = ({ redis }) => redis.killClients();

const restart: Fault = async ({ redis }, random, signal) => {
  await redis.kill();
  await pause(random.integer(0, 60), signal);
  await redis.restart();
};

const flush: Fault = async ({ redis, tokens }) => {
  tokens.lossBegins();
  await redis.flush();
  tokens.lossEnds();
};

const restartEmpty: Fault = async (world, random, signal) => {
  world.tokens.lossBegins();
  await world.redis.loadAtNextStart('nothing');
  await restart(world, random, signal);
  world.tokens.lossEnds();
};

/** The snapshot is some writes old. */
const restartFromSnapshot: Fault = async (world, random, signal) => {
  const since = performance.now();
  await world.redis.takeSnapshot();
  await world.pace.after(random.integer(1, 20), signal);
  world.tokens.lossBegins(since);
  await world.redis.loadAtNextStart('the snapshot');
  await restart(world, random, signal);
  world.tokens.lossEnds();
};

const HARMLESS: Faults = [
  [2, 'freeze', freeze],
  [2, 'CLIENT KILL', killClients],
];

/** A Redis that stores the users must not lose them. */
const FOR_DURABLE: Faults = [...HARMLESS, [3, 'restart', restart]];

const FOR_CACHE: Faults = [
  ...HARMLESS,
  [1, 'FLUSHALL', flush],
  [2, 'restart without data', restartEmpty],
  [6, 'restart from a snapshot', restartFromSnapshot],
];

/** Applies one fault after the other to the server, until the signal. */
export async function troubleRedis(
  world: World,
  durable: boolean,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const faults = (durable ? FOR_DURABLE : FOR_CACHE).map(([weight, ...fault]) => [weight, fault] as const);
  for (;;) {
    await world.pace.after(random.integer(1, 40), signal);
    if (signal.aborted) return;
    const [name, fault] = random.pickWeighted(faults);
    world.statistics.count('fault', name);
    world.journal.tell('Redis', name);
    await fault(world, random, signal);
    world.journal.tell('Redis', `${name} is over`);
  }
}

/** The latest accounts whose keys are evicted. */
const ACCOUNTS = 3;

/** The probability of each key in one eviction, in percent. The promise depends most on the leases. */
const EVICTIONS = [
  [40, 'lease', ({ id }: Person) => keys.lease(id)],
  [10, 'user', ({ id }: Person) => keys.user(id)],
  [10, 'email', ({ email }: Person) => keys.email(email)],
] as const;

/** Removes single keys, as evictions and expiries do, until the signal. */
export async function evictKeys(world: World, random: Random, signal: AbortSignal): Promise<void> {
  const longest = random.pick([10, 40]);
  for (;;) {
    await world.pace.after(random.integer(1, longest), signal);
    if (signal.aborted) return;
    const people = [...world.people.recent, ...world.accounts.accounts.slice(-ACCOUNTS)];
    const chosen = people.flatMap((person) =>
      EVICTIONS.filter(([percent]) => random.chance(percent)).map(([, kind, key]) => ({
        person,
        kind,
        key: key(person),
      })),
    );
    // The other faults also affect this connection.
    await world.redis.remove(chosen.map(({ key }) => key)).catch(() => undefined);
    for (const { person, kind } of chosen) {
      world.statistics.count('fault', `eviction of a ${kind}`);
      world.journal.tell('Redis', `evicted the ${kind}`, person.id);
    }
  }
}

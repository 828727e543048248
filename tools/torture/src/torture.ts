import { setTimeout as wait } from 'node:timers/promises';
import type { Event, SessionPolicy } from '@user-management/domain';
import { troubleNetwork } from './faults/network-faults.ts';
import { evictKeys, troubleRedis } from './faults/redis-faults.ts';
import { openNewAccount } from './operations/account-operations.ts';
import { chooseMixture, type Mixture, SESSION_OPERATIONS, useReplica } from './operations/clients.ts';
import { recover } from './operations/recovery.ts';
import { register } from './operations/user-operations.ts';
import { deliver } from './operations/webhook-operations.ts';
import { AccountHistory } from './oracle/account-history.ts';
import { EventHistory } from './oracle/event-history.ts';
import { Journal, Violation } from './oracle/journal.ts';
import { SessionHistory } from './oracle/session-history.ts';
import { Statistics } from './oracle/statistics.ts';
import { Stopwatch } from './oracle/stopwatch.ts';
import { TokenHistory } from './oracle/token-history.ts';
import { UserHistory } from './oracle/user-history.ts';
import { WebhookHistory } from './oracle/webhook-history.ts';
import { Random } from './random.ts';
import { clock } from './system/clock.ts';
import { RedisUnderFire } from './system/redis-under-fire.ts';
import { COMMAND_TIMEOUT_MS, Replica, type Sabotage } from './system/replica.ts';
import type { Listener } from './system/told.ts';
import { openStore, type SharedStore, type StoreName } from './system/stores.ts';
import { Pace } from './world/pace.ts';
import { People } from './world/people.ts';
import type { World } from './world/world.ts';

const OUTAGES = ['Redis', 'networks'] as const;
type Outage = (typeof OUTAGES)[number];

export interface TortureOptions {
  readonly store: StoreName;
  readonly seed: number;
  readonly milliseconds: number;
  /** Required for the store `postgres`. */
  readonly postgresUrl?: string | undefined;
  /** How long tokens live, in seconds. Without it, the seed chooses. */
  readonly tokenTtl?: number;
  /** What the clients do that log in and out. Without it, they do everything. */
  readonly sessionOperations?: Mixture;
  /** What the clients do that use the ports. Without it, the seed chooses. */
  readonly userOperations?: Mixture;
  /** What fails. Without it, everything does. Single keys and connections get lost in any case. */
  readonly outages?: readonly Outage[];
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
/** These clients log in and out. The others use the ports. */
const SESSION_CLIENTS_PER_REPLICA = 5;
/** The grace is short, so that refresh tokens are used after it. No session makes room for another. */
const POLICY = { refreshTokenTtl: 86_400, refreshGrace: 2, idleTtl: 86_400, sessionsPerUser: 1_000 };
/** Short-lived tokens show what depends on tokens that live on. */
const TOKEN_TTLS_S = [3, 3_600];
const ACCOUNTS = 3;
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

async function createWorld(options: TortureOptions, parts: Parts): Promise<World> {
  const { seed, sabotage = {}, tokenTtl } = options;
  const { store, redis, stopwatch, random } = parts;
  const [journal, statistics] = [new Journal(), new Statistics()];
  const tokens = new TokenHistory(journal);
  const accounts = new AccountHistory(journal, tokens, clock);
  const policy: SessionPolicy = { ...POLICY, tokenTtl: tokenTtl ?? random.pick(TOKEN_TTLS_S) };
  const lifetimes = { graceMs: policy.refreshGrace * 1000, tokenMs: policy.tokenTtl * 1000 };
  const sessions = new SessionHistory(accounts, { journal, losses: tokens, clock }, lifetimes);
  const webhooks = new WebhookHistory(journal);
  const listener: Listener = {
    begins: (event) => webhooks.begins(event),
    happened: (event) => {
      webhooks.happened(event);
      const { type, sessionId } = event;
      if (type === 'session.refresh_reused' && sessionId) sessions.warned(sessionId);
    },
  };
  const receive = (event: Event) => webhooks.delivered(event);
  const replicas: Replica[] = [];
  for (let n = 1; n <= REPLICAS; n++) {
    const observed = { journal, statistics, listener, receive };
    const around = { ...observed, redis: redis.address, store, sabotage, policy, random: random.fork() };
    replicas.push(await Replica.open(`replica ${n}`, around));
  }
  const [users, people, pace] = [new UserHistory(journal), new People(seed), new Pace()];
  const histories = { users, tokens, accounts, sessions, webhooks, events: new EventHistory(journal) };
  return { seed, redis, replicas, people, ...histories, journal, statistics, stopwatch, pace };
}

async function run(world: World, options: TortureOptions, random: Random): Promise<Violation | undefined> {
  try {
    await Promise.all(world.replicas.map((replica) => register(world, replica, random)));
    await openAccounts(world, random);
    await trouble(world, options, random);
    await recover(world);
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
}

/** On a busy machine a replica may need several attempts to connect. */
async function openAccounts(world: World, random: Random): Promise<void> {
  for (let attempts = 0; world.accounts.accounts.length < ACCOUNTS && attempts < 200; attempts++) {
    await openNewAccount(world, random.pick(world.replicas), random);
    await wait(20);
  }
}

/** Runs all actors at once, until the time is over or one of them finds a violation. */
async function trouble(world: World, options: TortureOptions, random: Random): Promise<void> {
  const { milliseconds, store, sessionOperations = SESSION_OPERATIONS, outages = OUTAGES } = options;
  const end = new AbortController();
  const timer = setTimeout(() => {
    end.abort();
  }, milliseconds);
  const { signal } = end;
  const { userOperations: mixture = chooseMixture(random) } = options;
  const actors = [
    ...world.replicas.flatMap((replica) => [
      ...Array.from({ length: CLIENTS_PER_REPLICA }, () =>
        useReplica(world, replica, mixture, random.fork(), signal),
      ),
      ...Array.from({ length: SESSION_CLIENTS_PER_REPLICA }, () =>
        useReplica(world, replica, sessionOperations, random.fork(), signal),
      ),
      useReplica(world, replica, [[1, deliver]], random.fork(), signal),
      ...(outages.includes('networks') ? replica.networks : []).map(([name, proxy]) =>
        troubleNetwork(`network from ${replica.name} to ${name}`, proxy, world, random.fork(), signal),
      ),
    ]),
    ...(outages.includes('Redis') ? [troubleRedis(world, store === 'redis', random.fork(), signal)] : []),
    evictKeys(world, random.fork(), signal),
  ];
  const ends = await Promise.allSettled(actors.map((actor) => actor.finally(() => end.abort())));
  clearTimeout(timer);
  for (const { reason } of ends.filter((actor) => actor.status === 'rejected')) throw reason;
}

import { setTimeout as wait } from 'node:timers/promises';
import {
  QuickHasher,
  sampleMailRate,
  sampleMailPolicy,
  samplePasswordPorts,
} from '@user-management/conformance';
import { NodeSecrets, RandomIdentifiers } from '@user-management/crypto';
import {
  CachedUsers,
  createUseCases,
  type Event,
  type EventLog,
  type KnownDevices,
  type Ports,
  type RateLimiter,
  type SessionPolicy,
  type SessionRepository,
  type TokenStore,
  type UseCases,
  type UserCache,
  type UserRepository,
  type NearCallers,
  type WebhookSender,
} from '@user-management/domain';
import { MemoryServiceTokens } from '@user-management/memory';
import {
  createRedis,
  type Redis,
  RedisKnownDevices,
  RedisNearCallers,
  RedisTokenStore,
  RedisUserCache,
} from '@user-management/redis';
import { subscribed } from '@user-management/service/webhooks';
import { type Address, FaultyProxy } from '../network/faulty-proxy.ts';
import { type Journal, Violation } from '../oracle/journal.ts';
import type { Statistics } from '../oracle/statistics.ts';
import type { Random } from '../random.ts';
import { clock } from './clock.ts';
import { ENDPOINT, FaultySender } from './faulty-sender.ts';
import { FaultySessions } from './faulty-sessions.ts';
import { FaultyUsers } from './faulty-users.ts';
import { FaultyWebhooks } from './faulty-webhooks.ts';
import type { SharedStore, StoreLink } from './stores.ts';
import type { Listener } from './told.ts';
import { TracedCache } from './traced-cache.ts';
import { Trouble } from './trouble.ts';

/** Breaks a replica on purpose, to test whether the torture finds it. */
export interface Sabotage {
  redis?(redis: Redis): Redis;
  cache?(cache: UserCache): UserCache;
  /** Breaks what the use cases stand on. */
  ports?(ports: Ports): Ports;
  useCases?(useCases: UseCases, ports: Ports): UseCases;
}

export interface Surroundings {
  readonly redis: Address;
  readonly store: SharedStore;
  readonly sabotage: Sabotage;
  readonly random: Random;
  readonly journal: Journal;
  readonly statistics: Statistics;
  readonly policy: SessionPolicy;
  readonly listener: Listener;
  /** Gets the webhooks. */
  readonly receive: (event: Event) => void;
}

/** Much shorter than in the service, so that many faults fit into a run. */
export const COMMAND_TIMEOUT_MS = 300;
const CONNECT_TIMEOUT_MS = 1_000;
const CACHE_TTL_S = 3_600;

/** In percent. A webhook that fails often leaves time for a later one to overtake it. */
const STORE_FAILURES = 1;
const SENDER_FAILURES = 8;

/** Stands for one process of the service, with its own connections, cache and link to the store. */
export class Replica {
  readonly name: string;
  readonly users: UserRepository;
  /** Past the cache, and without faults. */
  readonly userStore: UserRepository;
  readonly tokens: TokenStore;
  readonly nearCallers: NearCallers;
  readonly knownDevices: KnownDevices;
  readonly sessions: SessionRepository;
  readonly events: EventLog;
  readonly webhooks: FaultyWebhooks;
  readonly useCases: UseCases;
  readonly #server: Redis;
  readonly #redisProxy: FaultyProxy;
  readonly #link: StoreLink;
  readonly #trouble: Trouble;
  readonly #senderTrouble: Trouble;
  readonly #sender: WebhookSender;

  static async open(name: string, around: Surroundings): Promise<Replica> {
    const proxy = await FaultyProxy.start(around.redis);
    const server = connection(proxy, around);
    await connected(server);
    return new Replica(name, server, proxy, await around.store.link(server), around);
  }

  private constructor(
    name: string,
    server: Redis,
    proxy: FaultyProxy,
    link: StoreLink,
    around: Surroundings,
  ) {
    const { journal, statistics, sabotage } = around;
    this.name = name;
    this.#server = server;
    this.#redisProxy = proxy;
    this.#link = link;
    this.#trouble = new Trouble(around.random.fork(), 'user store', STORE_FAILURES, () => {
      statistics.count('fault', 'cut after a commit');
      journal.tell(`network from ${name} to Redis`, 'cut after a commit');
      proxy.cut();
    });
    this.#senderTrouble = new Trouble(around.random.fork(), 'webhook endpoint', SENDER_FAILURES);
    this.#sender = new FaultySender(this.#senderTrouble, around.receive);
    const told = subscribed(link, () => [ENDPOINT]);
    const redis = sabotage.redis?.(server) ?? server;
    const options = { observer: observer(statistics), logger };
    const store = new FaultyUsers(told.users, this.#trouble, around.listener);
    const cache = new RedisUserCache(redis, { ...options, dataset: store.dataset, ttl: CACHE_TTL_S });
    const traced = new TracedCache(sabotage.cache?.(cache) ?? cache, journal, name);
    this.users = new CachedUsers(store, traced);
    this.userStore = link.users;
    this.tokens = new RedisTokenStore(redis, { ...options, clock });
    this.nearCallers = new RedisNearCallers(redis, options.observer);
    this.knownDevices = new RedisKnownDevices(redis);
    this.sessions = new FaultySessions(told.sessions, this.#trouble, around.listener);
    this.events = told.events;
    this.webhooks = new FaultyWebhooks(link.webhooks, this.#trouble, clock);
    this.useCases = this.#createUseCases(around);
  }

  /** The networks that this replica depends on. */
  get networks(): [name: string, FaultyProxy][] {
    const { proxy } = this.#link;
    return [['Redis', this.#redisProxy], ...(proxy ? [['PostgreSQL', proxy] as [string, FaultyProxy]] : [])];
  }

  /** Ends all faults of this replica. */
  heal(): void {
    this.#trouble.end();
    this.#senderTrouble.end();
    for (const [, proxy] of this.networks) {
      proxy.delay(0);
      proxy.release();
    }
  }

  #createUseCases({ policy, sabotage }: Surroundings): UseCases {
    const { users, userStore, tokens, nearCallers, knownDevices, sessions, events, webhooks } = this;
    const { challenges, outbox } = this.#link;
    const given = {
      secrets: new NodeSecrets(),
      identifiers: new RandomIdentifiers(),
      hasher: new QuickHasher(),
      ...samplePasswordPorts(),
    };
    const stores = {
      users,
      userStore,
      tokens,
      nearCallers,
      knownDevices,
      sessions,
      events,
      challenges,
      outbox,
      webhooks,
    };
    const serviceTokens = new MemoryServiceTokens();
    const sound: Ports = {
      ...stores,
      serviceTokens,
      clock,
      policy,
      logger,
      auditRetentionDays: 90,
      mail: MAIL_POLICY,
      webhookSender: this.#sender,
      ...NO_MAILER,
      ...given,
    };
    const ports = sabotage.ports?.(sound) ?? sound;
    const useCases = createUseCases(ports);
    return sabotage.useCases?.(useCases, ports) ?? useCases;
  }

  async close(): Promise<void> {
    await this.#link.close();
    await this.#server.close();
    await this.#redisProxy.close();
  }
}

/** The clients log in more often at once than a limit allows. */
const unlimited: RateLimiter = {
  use: () => Promise.resolve({ allowed: true, remaining: 1, moreAfter: 1 }),
  try: () => Promise.resolve({ allowed: true, retryAfter: 0 }),
  forget: () => Promise.resolve(),
};

/** Mails are written, and nobody sends them. */
export const MAIL_POLICY = sampleMailPolicy;
const NO_MAILER = { mailer: null, limiter: unlimited, mailRate: sampleMailRate };

/** Waits for the connection. On a busy machine the client may need several attempts. */
async function connected(server: Redis): Promise<void> {
  await server.connect().catch(() => undefined);
  for (let attempts = 0; server.state === 'disconnected' && attempts < 200; attempts++) await wait(50);
}

const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

const observer = (statistics: Statistics) => ({
  lookup: (kind: string, outcome: string) => {
    statistics.count('lookup', `${kind} ${outcome}`);
    if (outcome === 'invalid') throw new Violation(`read an invalid ${kind} entry from Redis`);
  },
  command: () => undefined,
  redisState: () => undefined,
  redisVitals: () => undefined,
});

const connection = (proxy: FaultyProxy, { statistics }: Surroundings): Redis =>
  createRedis({
    mode: 'standalone',
    nodes: [{ host: proxy.host, port: proxy.port }],
    database: 0,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    consequence: 'the torture continues',
    observer: observer(statistics),
    logger,
  });

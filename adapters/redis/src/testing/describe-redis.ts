import { CachedUsers, type EventId, parseTimestamp, type User, type UserId } from '@user-management/domain';
import {
  type ChallengeRepositoryUnderTest,
  describeCachedUsers,
  describeChallengeRepository,
  describeRateLimiter,
  describeEventLog,
  describeKnownDevices,
  describeNearCallers,
  describeOutbox,
  describeSessionRepository,
  describeTokenStore,
  describeUserCache,
  describeUserRepository,
  describeWebhookQueue,
  type EventLogUnderTest,
  type KnownDevicesUnderTest,
  type NearCallersUnderTest,
  type OutboxUnderTest,
  type RateLimiterUnderTest,
  RecordingLogger,
  type SessionRepositoryUnderTest,
  type TokenStoreUnderTest,
  type UserRepositoryUnderTest,
  type WebhookQueueUnderTest,
} from '@user-management/conformance';
import { MemoryUsers } from '@user-management/memory';
import { afterAll, beforeAll, describe } from 'vitest';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { RedisChallenges } from '../stores/challenges.ts';
import { RedisEvents } from '../stores/events.ts';
import { RedisKnownDevices } from '../stores/known-devices.ts';
import { RedisNearCallers } from '../stores/near-callers.ts';
import { RedisOutbox } from '../stores/outbox.ts';
import { RedisRateLimiter } from '../stores/rate-limiter.ts';
import { RedisSessions } from '../stores/sessions.ts';
import { RedisTokenStore } from '../stores/token-store.ts';
import { RedisUserCache } from '../stores/user-cache.ts';
import { RedisUsers } from '../stores/users.ts';
import { RedisWebhookQueue } from '../stores/webhook-queue.ts';
import { Recorder } from './recorder.ts';

const TTL = 3600;

const CACHE_TRAITS = { expiresBy: 'server', ttl: TTL, leaseTtl: 30_000, distrustable: true } as const;

interface Traits {
  /** Whether the client keeps what it has read. */
  readonly keeps: boolean;
}

/**
 * Runs the conformance suites of all ports of this adapter. No other test may use that Redis at the same
 * time.
 * @param create returns a client that is not connected.
 */
export function describeOnRedis(name: string, create: () => Redis, traits: Traits): void {
  describe(`On ${name}`, () => {
    let [here, there]: Redis[] = [];
    const empty = () => flush(required(here));
    const both = async () => {
      await empty();
      return { here: required(here), there: required(there) };
    };

    beforeAll(async () => {
      [here, there] = [create(), create()];
      await Promise.all([here.connect(), there.connect()]);
    });
    afterAll(async () => {
      await Promise.all([here?.close(), there?.close()]);
    });

    describeUserRepository('RedisUsers', () => repositories(both), { durable: true });
    describeSessionRepository('RedisSessions', () => sessions(both), { durable: true });
    describeEventLog('RedisEvents', () => eventLogs(both), { durable: true });
    describeChallengeRepository('RedisChallenges', () => challenges(both), { durable: true });
    describeOutbox('RedisOutbox', () => outboxes(both), { durable: true });
    describeWebhookQueue('RedisWebhookQueue', () => webhookQueues(both), { durable: true });
    describeTokenStore('RedisTokenStore', () => tokenStores(both), { expiresBy: 'server' });
    describeNearCallers('RedisNearCallers', () => nearCallers(both), traits);
    describeRateLimiter('RedisRateLimiter', () => limiters(both));
    describeKnownDevices('RedisKnownDevices', () => knownDevices(both));
    describeUserCache('RedisUserCache', async () => ({ ...(await caches(both)), empty }), CACHE_TRAITS);
    describeCachedUsers('RedisUserCache', async () => {
      const { cache, replica } = await caches(both);
      return { store: new MemoryUsers(), cache, replica, empty };
    });
  });
}

/** Empties Redis and returns two clients of it. */
type Both = () => Promise<{ here: Redis; there: Redis }>;

async function repositories(both: Both): Promise<UserRepositoryUnderTest> {
  const { here, there } = await both();
  const [repository, replica] = [await RedisUsers.open(here), await RedisUsers.open(there)];
  const damage = (id: UserId) =>
    here.run(keys.record(id), (session) => session.send(['SET', keys.record(id), '{']));
  return { repository, replica, damage, reopen: () => RedisUsers.open(there) };
}

async function sessions(both: Both): Promise<SessionRepositoryUnderTest> {
  const { here, there } = await both();
  const logger = new RecordingLogger();
  return {
    logger,
    repository: new RedisSessions(here, logger),
    replica: new RedisSessions(there),
    clock,
    reopen: () => Promise.resolve(new RedisSessions(there)),
    damage: (id) => here.run(keys.session(id), (session) => session.send(['SET', keys.session(id), '{'])),
  };
}

async function eventLogs(both: Both): Promise<EventLogUnderTest> {
  const { here, there } = await both();
  const logger = new RecordingLogger();
  const open = async (redis: Redis) => ({
    events: new RedisEvents(redis, logger),
    users: await RedisUsers.open(redis),
    sessions: new RedisSessions(redis),
  });
  return {
    ...(await open(here)),
    ...{ logger, clock, damage: damageEvent(here) },
    replica: await open(there),
    reopen: () => open(there),
  };
}

const damageEvent = (redis: Redis) => (id: EventId) =>
  redis.run(keys.event(id), (session) => session.send(['SET', keys.event(id), '[']));

const challengeParts = (redis: Redis) => ({
  challenges: new RedisChallenges(redis),
  outbox: new RedisOutbox(redis),
  events: new RedisEvents(redis),
});

async function challenges(both: Both): Promise<ChallengeRepositoryUnderTest> {
  const { here, there } = await both();
  const reopen = () => Promise.resolve(challengeParts(there));
  return { ...challengeParts(here), replica: challengeParts(there), clock, reopen };
}

async function outboxes(both: Both): Promise<OutboxUnderTest> {
  const { here, there } = await both();
  const open = async (redis: Redis) => ({
    ...challengeParts(redis),
    users: await RedisUsers.open(redis),
    sessions: new RedisSessions(redis),
  });
  return { ...(await open(here)), replica: await open(there), clock, reopen: () => open(there) };
}

async function webhookQueues(both: Both): Promise<WebhookQueueUnderTest> {
  const { here, there } = await both();
  const open = async (redis: Redis) => ({
    ...challengeParts(redis),
    users: await RedisUsers.open(redis),
    sessions: new RedisSessions(redis),
    webhooks: new RedisWebhookQueue(redis),
  });
  return {
    ...(await open(here)),
    ...{ clock, damage: damageEvent(here) },
    replica: await open(there),
    reopen: () => open(there),
  };
}

async function tokenStores(both: Both): Promise<TokenStoreUnderTest> {
  const { here, there } = await both();
  return {
    store: tokenStore(here),
    replica: tokenStore(there),
    clock,
    remainingTtl: (token) => ttl(here, keys.token(token)),
  };
}

async function nearCallers(both: Both): Promise<NearCallersUnderTest> {
  const { here, there } = await both();
  const store = new MemoryUsers();
  const over = (redis: Redis) => ({
    tokens: tokenStore(redis),
    users: new CachedUsers(store, userCache(redis)),
  });
  return {
    ...over(here),
    nearCallers: new RedisNearCallers(here, new Recorder()),
    elsewhere: over(there),
    clock,
  };
}

async function limiters(both: Both): Promise<RateLimiterUnderTest> {
  const { here, there } = await both();
  const limits = () => here.each((session) => session.send(['KEYS', 'limit:*']) as Promise<string[]>);
  return {
    limiter: new RedisRateLimiter(here),
    replica: new RedisRateLimiter(there),
    async advance(seconds) {
      for (const key of (await limits()).flat()) {
        await here.run(key, (session) => session.send(['EVAL', AGE, '1', key, String(seconds)]));
      }
    },
    size: async () => (await limits()).flat().length,
  };
}

async function knownDevices(both: Both): Promise<KnownDevicesUnderTest> {
  const { here, there } = await both();
  const stored = () => here.each((session) => session.send(['KEYS', 'auth:devices:*']) as Promise<string[]>);
  return {
    devices: new RedisKnownDevices(here),
    replica: new RedisKnownDevices(there),
    async advance(seconds) {
      for (const key of (await stored()).flat()) {
        await here.run(key, (session) => session.send(['EVAL', AGE_DEVICES, '1', key, String(seconds)]));
      }
    },
  };
}

/** Moves the devices of an account into the past, which is like time that passes. */
const AGE_DEVICES = `
  local devices = redis.call('HGETALL', KEYS[1])
  for i = 1, #devices, 2 do
    local expiry, user = string.match(devices[i + 1], '^(%d+)( .*)$')
    local aged = string.format('%.0f', expiry - ARGV[1] * 1000000)
    redis.call('HSET', KEYS[1], devices[i], aged .. user)
  end
  redis.call('PEXPIRE', KEYS[1], redis.call('PTTL', KEYS[1]) - ARGV[1] * 1000)`;

/** Moves a count into the past, which is like time that passes. */
const AGE = `
  local count, time = string.match(redis.call('GET', KEYS[1]), '^(.-)(%d+)$')
  local left = redis.call('PTTL', KEYS[1]) - ARGV[1] * 1000
  if left <= 0 then return redis.call('DEL', KEYS[1]) end
  local aged = string.format('%s%.0f', count, time - ARGV[1] * 1000000)
  redis.call('SET', KEYS[1], aged, 'PX', string.format('%.0f', left))`;

async function caches(both: Both) {
  const { here, there } = await both();
  const cache = userCache(here);
  return {
    cache,
    replica: userCache(there),
    remainingTtl: (what: 'user' | 'email' | 'lease', { id, email }: User) => {
      const at = { user: keys.user(id), email: keys.email(email), lease: keys.lease(id) };
      return ttl(here, at[what]);
    },
    distrust: () => {
      cache.distrust();
    },
  };
}

function required(redis: Redis | undefined): Redis {
  if (!redis) throw new Error('not connected');
  return redis;
}

export const clock = { now: () => parseTimestamp(Date.now()) };

export const tokenStore = (redis: Redis, recorder = new Recorder()): RedisTokenStore =>
  new RedisTokenStore(redis, { clock, observer: recorder, logger: recorder });

export const userCache = (redis: Redis, recorder = new Recorder(), ttl = TTL): RedisUserCache =>
  new RedisUserCache(redis, { dataset: 'a test', ttl, observer: recorder, logger: recorder });

/**
 * Removes every key. FLUSHDB would make all connections to the server drop what they keep near, also those of
 * tests that use other databases.
 */
export const flush = async (redis: Redis): Promise<void> => {
  await redis.each(async (session) => {
    const all = (await session.send(['KEYS', '*'])) as string[];
    await Promise.all(all.map((key) => session.send(['UNLINK', key])));
  });
};

const ttl = async (redis: Redis, key: string): Promise<number> =>
  Number(await redis.run(key, (session) => session.send(['PTTL', key])));

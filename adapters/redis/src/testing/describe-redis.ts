import { parseTimestamp, type User } from '@user-management/domain';
import {
  describeCachedUsers,
  describeEventLog,
  describeSessionRepository,
  describeTokenStore,
  describeUserCache,
  describeUserRepository,
  type EventLogUnderTest,
  type SessionRepositoryUnderTest,
  type TokenStoreUnderTest,
  type UserRepositoryUnderTest,
} from '@user-management/conformance';
import { MemoryUsers } from '@user-management/memory';
import { afterAll, beforeAll, describe } from 'vitest';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { RedisEvents } from '../stores/events.ts';
import { RedisSessions } from '../stores/sessions.ts';
import { RedisTokenStore } from '../stores/token-store.ts';
import { RedisUserCache } from '../stores/user-cache.ts';
import { RedisUsers } from '../stores/users.ts';
import { Recorder } from './recorder.ts';

const TTL = 3600;

/**
 * Runs the conformance suites of all ports of this adapter. No other test may use that Redis at the same
 * time.
 * @param create returns a client that is not connected.
 */
export function describeOnRedis(name: string, create: () => Redis): void {
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
    describeTokenStore('RedisTokenStore', () => tokenStores(both), { expiresBy: 'server' });
    const traits = { expiresBy: 'server', ttl: TTL, leaseTtl: 30_000, distrustable: true } as const;
    describeUserCache('RedisUserCache', async () => ({ ...(await caches(both)), empty }), traits);
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
  return { repository, replica, reopen: () => RedisUsers.open(there) };
}

async function sessions(both: Both): Promise<SessionRepositoryUnderTest> {
  const { here, there } = await both();
  return {
    repository: new RedisSessions(here),
    replica: new RedisSessions(there),
    clock,
    reopen: () => Promise.resolve(new RedisSessions(there)),
  };
}

async function eventLogs(both: Both): Promise<EventLogUnderTest> {
  const { here, there } = await both();
  const open = async (redis: Redis) => ({
    events: new RedisEvents(redis),
    users: await RedisUsers.open(redis),
    sessions: new RedisSessions(redis),
  });
  return { ...(await open(here)), replica: await open(there), clock, reopen: () => open(there) };
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

export const flush = async (redis: Redis): Promise<void> => {
  await redis.each((session) => session.send(['FLUSHDB']));
};

const ttl = async (redis: Redis, key: string): Promise<number> =>
  Number(await redis.run(key, (session) => session.send(['PTTL', key])));

import { hash } from 'node:crypto';
import { parseTimestamp } from '@user-management/domain';
import {
  describeCachedUsers,
  describeTokenStore,
  describeUserCache,
  describeUserRepository,
} from '@user-management/domain/conformance';
import { MemoryUsers } from '@user-management/memory';
import type { Redis } from '../redis.ts';
import { RedisTokenStore } from '../token-store.ts';
import { RedisUserCache } from '../user-cache.ts';
import { RedisUsers } from '../users.ts';
import { Recorder } from './recorder.ts';

const TTL = 3600;

/** All that the domain asks of this adapter, on an empty Redis. @param open connects to it, for the length of one test. */
export function describeOnRedis(name: string, open: () => Promise<Redis>): void {
  const twice = async () => {
    const [here, there] = [await open(), await open()];
    await flush(here);
    return { here, there };
  };

  describeUserRepository(
    `RedisUsers on ${name}`,
    async () => {
      const { here, there } = await twice();
      const [repository, replica] = [await RedisUsers.open(here), await RedisUsers.open(there)];
      return { repository, replica, reopen: async () => RedisUsers.open(await open()) };
    },
    { durable: true },
  );

  describeTokenStore(
    `RedisTokenStore on ${name}`,
    async () => {
      const { here, there } = await twice();
      return {
        store: tokenStore(here),
        replica: tokenStore(there),
        clock,
        remainingTtl: (token) => ttl(here, `auth:token:${hash('sha256', token)}`),
        dump: () => dump(here),
      };
    },
    { expiresBy: 'server' },
  );

  describeUserCache(
    `RedisUserCache on ${name}`,
    async () => {
      const { here, there } = await twice();
      const cache = userCache(here);
      return {
        cache,
        replica: userCache(there),
        empty: () => flush(here),
        remainingTtl: (what, { id, email }) => {
          const keys = { user: `user:${id}`, email: `user:email:${email}`, lease: `lease:{user:${id}}` };
          return ttl(here, keys[what]);
        },
        distrust: () => cache.distrust(),
      };
    },
    { expiresBy: 'server', ttl: TTL, leaseTtl: 30_000, distrustable: true },
  );

  describeCachedUsers(`RedisUserCache on ${name}`, async () => {
    const { here, there } = await twice();
    const [cache, replica] = [userCache(here), userCache(there)];
    return { store: new MemoryUsers(), cache, replica, empty: () => flush(here) };
  });
}

const clock = { now: () => parseTimestamp(Date.now()) };

export const tokenStore = (redis: Redis, recorder = new Recorder()): RedisTokenStore =>
  new RedisTokenStore(redis, { clock, observer: recorder, logger: recorder });

export const userCache = (redis: Redis, recorder = new Recorder(), ttl = TTL): RedisUserCache =>
  new RedisUserCache(redis, { dataset: 'a test', ttl, observer: recorder, logger: recorder });

export const flush = async (redis: Redis): Promise<void> => {
  await redis.each((session) => session.send(['FLUSHDB']));
};

const ttl = async (redis: Redis, key: string): Promise<number> =>
  Number(await redis.run(key, (session) => session.send(['PTTL', key])));

async function dump(redis: Redis): Promise<string> {
  const contents = await redis.each(async (session) => {
    const keys = (await session.send(['KEYS', '*'])) as string[];
    const values = await Promise.all(keys.map((key) => session.send(['GET', key])));
    return [...keys, ...values];
  });
  return contents.flat().join('\n');
}

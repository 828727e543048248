export { createRedis } from './create-redis.ts';
export { checkWritable, findDurabilityProblems } from './durability.ts';
export type { Address, RedisObserver, RedisOptions } from './options.ts';
export type { Redis } from './redis.ts';
export { RedisTokenStore } from './token-store.ts';
export { RedisUserCache } from './user-cache.ts';
export { RedisUsers } from './users.ts';

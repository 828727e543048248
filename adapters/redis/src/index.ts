export { createRedis } from './topology/create-redis.ts';
export { checkWritable, findDurabilityProblems } from './stores/durability.ts';
export type { Address, RedisObserver } from './connection/options.ts';
export type { RedisOptions } from './topology/options.ts';
export type { Redis } from './topology/redis.ts';
export { RedisTokenStore } from './stores/token-store.ts';
export { RedisUserCache } from './stores/user-cache.ts';
export { RedisUsers } from './stores/users.ts';

// What a process with little memory needs. It loads neither the library nor the stores.
export { field } from './connection/info.ts';
export type { Session } from './connection/session.ts';
export { KEY_PATTERNS, type KeyPattern, keys, patternOf } from './keys.ts';
export { checkWritable, findDurabilityProblems } from './stores/durability.ts';
export { createSmallRedis } from './topology/create-small-redis.ts';
export type { Redis } from './topology/redis.ts';

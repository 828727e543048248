import { newSmallClient } from '../connection/small-client.ts';
import { createTopology } from './create-topology.ts';
import type { RedisOptions } from './options.ts';
import type { Redis } from './redis.ts';

/** Creates what `createRedis` does, for a process that has little memory. */
export const createSmallRedis = (options: RedisOptions): Redis =>
  createTopology({ ...options, newClient: newSmallClient });

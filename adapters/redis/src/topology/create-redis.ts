import { newLibraryClient } from '../connection/library-client.ts';
import { createTopology } from './create-topology.ts';
import type { RedisOptions } from './options.ts';
import type { Redis } from './redis.ts';

/** Creates the client for the mode of the options. It is not connected yet. */
export const createRedis = (options: RedisOptions): Redis =>
  createTopology({ ...options, newClient: newLibraryClient });

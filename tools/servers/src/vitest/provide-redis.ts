import type { TestProject } from 'vitest/node';
import { startRedis } from '../redis/redis.ts';
import { provide } from './provide.ts';

/** A global setup of Vitest. */
export default (project: TestProject) => provide(project, 'redisUrl', 'TEST_REDIS_URL', startRedis);

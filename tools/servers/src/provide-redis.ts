import type { TestProject } from 'vitest/node';
import { provide } from './provide.ts';
import { startRedis } from './redis.ts';

/** A global set-up of Vitest. */
export default (project: TestProject) => provide(project, 'redisUrl', 'TEST_REDIS_URL', startRedis);

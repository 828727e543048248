import { explain, type Logger } from '@user-management/domain';
import { checkWritable, createRedis, type Redis, type RedisObserver } from '@user-management/redis';
import type { Settings } from '@user-management/settings';
import { EX_UNAVAILABLE, StartFailure } from './failure.ts';

/**
 * Connects to Redis. Production requires a writable Redis. Development continues without it, and uses it once
 * it is available.
 * @throws {StartFailure}
 */
export async function connectRedis(
  settings: Settings,
  observer: RedisObserver,
  logger: Logger,
): Promise<Redis> {
  const { appEnv } = settings;
  const consequence = appEnv === 'production' ? 'requests that need it get 503' : 'memory takes its place';
  const redis = createRedis({ ...settings.redis, consequence, observer, logger });
  try {
    await redis.connect();
    await checkWritable(redis);
  } catch (cause) {
    const { mode, nodes } = settings.redis;
    const at = nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
    const problem = `Redis at ${at} cannot be used: ${explain(cause)}.`;
    if (appEnv === 'production') {
      await redis.close();
      const address = mode === 'standalone' ? 'REDIS_HOST, REDIS_PORT' : 'REDIS_MODE, REDIS_NODES';
      throw new StartFailure(EX_UNAVAILABLE, `${problem} Check ${address} and REDIS_PASSWORD.`);
    }
    // For a Redis that only refuses writes, the adapter has already logged a warning.
    if (redis.state === 'disconnected')
      logger.warn({}, `${problem} Until Redis is available, memory takes its place.`);
  }
  return redis;
}

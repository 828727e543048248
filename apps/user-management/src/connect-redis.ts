import type { Logger } from '@user-management/domain';
import { checkWritable, createRedis, type Redis, type RedisObserver } from '@user-management/redis';
import type { Settings } from '@user-management/settings';
import { EX_UNAVAILABLE, explain, StartFailure } from './failure.ts';

/**
 * Connects to Redis. Production needs one that can be written; development goes on without, and uses it when
 * it comes back.
 * @throws {StartFailure}
 */
export async function connectRedis(
  settings: Settings,
  observer: RedisObserver,
  logger: Logger,
): Promise<Redis> {
  const { appEnv } = settings;
  const { db, password, tls, tlsCa, tlsCert, tlsKey, ...options } = settings.redis;
  const redis = createRedis({
    ...options,
    database: db,
    password: password?.reveal(),
    tls: tls ? { ca: tlsCa, cert: tlsCert, key: tlsKey?.reveal() } : undefined,
    consequence: appEnv === 'production' ? 'requests that need it get 503' : 'memory takes its place',
    observer,
    logger,
  });
  try {
    await redis.connect();
    await checkWritable(redis);
  } catch (cause) {
    const nodes = options.nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
    const problem = `Redis at ${nodes} cannot be used: ${explain(cause)}.`;
    if (appEnv === 'production') {
      await redis.close();
      throw new StartFailure(EX_UNAVAILABLE, `${problem} Check REDIS_HOST, REDIS_PORT and REDIS_PASSWORD.`);
    }
    logger.warn({}, `${problem} Until it can, memory takes its place.`);
  }
  return redis;
}

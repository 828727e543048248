import type { Redis } from '@user-management/redis/small';

/** The output of `INFO` of every server that holds data. */
export const infoOf = (redis: Redis): Promise<string[]> =>
  redis.each(async (session) => String(await session.send(['INFO'])));

import type { Redis } from '@user-management/redis';

/** What `INFO` says, of every server that holds data. */
export const infoOf = (redis: Redis): Promise<string[]> =>
  redis.each(async (session) => String(await session.send(['INFO'])));

/** The value of a line of INFO; empty when there is none. */
export const field = (info: string, name: string): string =>
  new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';

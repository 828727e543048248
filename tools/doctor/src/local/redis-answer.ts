import { rootCause } from '../root-cause.ts';

/**
 * What Redis answered, or what kept it from answering. Since 7.2 it names the user, which `REDIS_USERNAME`
 * keeps for itself.
 */
export const redisAnswer = (error: unknown): string =>
  rootCause(error).message.replace(/^NOPERM User .+? has/, 'NOPERM this user has');

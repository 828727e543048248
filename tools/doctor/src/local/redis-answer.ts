import { rootCause } from '../root-cause.ts';

/** The error of Redis or of the connection, without the name of the user, which is secret. */
export const redisAnswer = (error: unknown): string =>
  rootCause(error).message.replace(/^NOPERM User .+? has/, 'NOPERM this user has');

import type { SessionPolicy } from '@user-management/domain';

/** An hour for tokens, a day for sessions, half of it when idle. */
export const samplePolicy: SessionPolicy = {
  tokenTtl: 3600,
  refreshTokenTtl: 86_400,
  refreshGrace: 30,
  idleTtl: 43_200,
  sessionsPerUser: 5,
};

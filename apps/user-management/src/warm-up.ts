import type { Logger, UseCases } from '@user-management/domain';

/**
 * Fills the cache while the service already serves. It never throws: a cold cache only makes the first reads
 * slower.
 */
export async function warmUp({ warmCache }: UseCases, users: number, logger: Logger): Promise<void> {
  if (users === 0) return;
  try {
    const read = await warmCache(users);
    logger.info({ users: read }, 'The cache was warmed.');
  } catch (err) {
    logger.warn({ err }, 'The cache could not be warmed. First reads are slower.');
  }
}

import type { Logger, UseCases } from '@user-management/domain';
import { explain } from './failure.ts';

/** Fills the cache while the service serves already. A cold cache only makes first reads slower. */
export async function warmUp({ warmCache }: UseCases, users: number, logger: Logger): Promise<void> {
  if (users === 0) return;
  try {
    const read = await warmCache(users);
    logger.info({ users: read }, 'Cache warmed');
  } catch (error) {
    logger.warn({ reason: explain(error) }, 'Cache not warmed');
  }
}

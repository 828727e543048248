import { type Logger, warmCache } from '@user-management/domain';
import type { DependencyContainer } from 'tsyringe';
import { explain } from './failure.ts';
import { USERS } from './tokens.ts';

/**
 * Fills the cache while the service is serving already; a cache that stays cold only makes first reads
 * slower.
 */
export async function warmUp(app: DependencyContainer, users: number, logger: Logger): Promise<void> {
  if (users === 0) return;
  try {
    const read = await warmCache({ users: app.resolve(USERS) })(users);
    logger.info({ users: read }, 'Cache warmed');
  } catch (error) {
    logger.warn({ reason: explain(error) }, 'Cache not warmed');
  }
}

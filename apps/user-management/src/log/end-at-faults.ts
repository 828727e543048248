import type { Logger } from '@user-management/domain';
import { EX_SOFTWARE } from '../failure.ts';

/**
 * Logs an uncaught exception or an unhandled rejection, and ends the process. Node itself would print every
 * member of the error, and a driver's error may hold a row of the database.
 */
export function endAtFaults(logger: Logger): void {
  process.on('uncaughtException', (thrown: unknown) => {
    const err = thrown instanceof Error ? thrown : new Error('The thrown value is not an Error.');
    logger.error({ err }, 'The process ends, because nothing handles this fault.');
    process.exit(EX_SOFTWARE);
  });
}

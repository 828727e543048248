import type { Logger } from '@user-management/domain';
import { EX_SOFTWARE } from '../failure.ts';

/**
 * Logs a fault that nothing handles, also one of a promise, and ends the process. Node would print every
 * member of the error, and a driver's error may hold the row that it is about.
 */
export function endAtFaults(logger: Logger): void {
  process.on('uncaughtException', (thrown: unknown) => {
    const err = thrown instanceof Error ? thrown : new Error('What was thrown is no Error.');
    logger.error({ err }, 'The process ends, because nothing handles this fault.');
    process.exit(EX_SOFTWARE);
  });
}

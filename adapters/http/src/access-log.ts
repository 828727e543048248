import type { Logger } from '@user-management/domain';
import { problemCode } from './problem-answer.ts';

interface Answered {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  /** What was thrown, if that is how the answer came about. */
  readonly error: unknown;
}

/**
 * One line a request, apart from successful reads: those are nearly all of the traffic, the metrics count them, and the `Logger` has no level below
 * `info` to put them on. Route templates only: a path may hold a user's id, a query string anything.
 */
export function logAnswered(logger: Logger, { requestId, seconds, error, ...answered }: Answered): void {
  const { method, status } = answered;
  if (status < 400 && (method === 'GET' || method === 'HEAD')) return;
  const details = { request_id: requestId, ...answered, duration_ms: Math.round(seconds * 1e6) / 1e3 };
  if (error === undefined) {
    logger.info(details, 'Answered');
  } else if (status < 500) {
    logger.info({ ...details, code: problemCode(error) }, 'Refused');
  } else {
    logger.error({ ...details, code: problemCode(error), err: error }, 'Failed');
  }
}

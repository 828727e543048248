import type { Logger } from '@user-management/domain';
import { problemCode } from './problem-answer.ts';

/** What was thrown, wrapped, since anything can be thrown: even nothing. */
export interface Failure {
  readonly error: unknown;
}

interface Answered {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  readonly failure: Failure | undefined;
}

/**
 * One line a request, apart from successful reads: those are nearly all of the traffic, the metrics count them, and the `Logger` has no level below
 * `info` to put them on. Route templates only: a path may hold a user's id, a query string anything.
 */
export function logAnswered(logger: Logger, { requestId, seconds, failure, ...answered }: Answered): void {
  const { method, status } = answered;
  if (status < 400 && (method === 'GET' || method === 'HEAD')) return;
  const details = { request_id: requestId, ...answered, duration_ms: Math.round(seconds * 1e6) / 1e3 };
  if (!failure) {
    logger.info(details, 'Answered');
  } else if (status < 500) {
    logger.info({ ...details, code: problemCode(failure.error) }, 'Refused');
  } else {
    logger.error({ ...details, code: problemCode(failure.error), err: failure.error }, 'Failed');
  }
}

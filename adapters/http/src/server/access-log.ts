import { type Logger, Overloaded } from '@user-management/domain';
import { problemCode } from '../answer/problem-answer.ts';

/** What was thrown, wrapped, since anything can be thrown: even nothing. */
export interface Failure {
  readonly error: unknown;
}

interface Answered {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

/**
 * One line a request, apart from successful reads: those are nearly all of the traffic, the metrics count
 * them, and the `Logger` has no level below `info` to put them on. Routes by template: a path may hold an id,
 * a query anything.
 */
export function logAnswered(logger: Logger, requestId: string, answered: Answered, failure?: Failure): void {
  const { method, status } = answered;
  if (status < 400 && (method === 'GET' || method === 'HEAD')) return;
  const { seconds, ...answer } = answered;
  const details = { request_id: requestId, ...answer, duration_ms: Math.round(seconds * 1e6) / 1e3 };
  if (!failure) {
    logger.info(details, 'Answered');
  } else if (status < 500 || failure.error instanceof Overloaded) {
    // A flood of logins is no failure of the service, and must not fill the log with errors.
    logger.info({ ...details, code: problemCode(failure.error) }, 'Refused');
  } else {
    logger.error({ ...details, code: problemCode(failure.error), err: failure.error }, 'Failed');
  }
}

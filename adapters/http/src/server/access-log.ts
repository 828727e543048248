import { type Logger, Overloaded } from '@user-management/domain';
import { problemCode } from '../answer/problem-answer.ts';

/** The thrown value. It is wrapped, because code can also throw `undefined`. */
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
 * Logs one line. Successful reads have none: they are nearly all of the traffic, the metrics count them, and
 * `Logger` has no level below `info`. The line has the template of the route: a path may contain an id, and a
 * query may contain anything.
 */
export function logAnswered(logger: Logger, requestId: string, answered: Answered, failure?: Failure): void {
  const { status } = answered;
  const { seconds, ...answer } = answered;
  const details = { request_id: requestId, ...answer, duration_ms: Math.round(seconds * 1e6) / 1e3 };
  if (!failure) {
    logger.info(details, 'Answered');
  } else if ((status >= 400 && status < 500) || failure.error instanceof Overloaded) {
    // A flood of logins is not a failure of the service, so it must not fill the log with errors.
    logger.info({ ...details, code: problemCode(failure.error) }, 'Refused');
  } else {
    logger.error({ ...details, code: problemCode(failure.error), err: failure.error }, 'Failed');
  }
}

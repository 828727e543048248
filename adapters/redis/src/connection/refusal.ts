import { DependencyUnavailable } from '@user-management/domain/errors';
import { ErrorReply } from '@redis/client/dist/lib/errors.js';

/** The code of a refused command, such as `OOM`. `undefined` when the error is not an answer of Redis. */
export function refusalCode(error: unknown): string | undefined {
  const answer = error instanceof DependencyUnavailable ? error.cause : error;
  return answer instanceof ErrorReply ? answer.message.split(' ', 1)[0] : undefined;
}

export const isRefusal = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes(refusalCode(error) ?? '');

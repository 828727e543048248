import {
  DependencyUnavailable,
  DomainError,
  type Fault,
  InvalidCredentials,
  Overloaded,
  Unauthenticated,
  ValidationFailed,
} from '@user-management/domain';
import type { Answer } from './answer.ts';
import { HttpError, NoCredentials, type ProblemCode, PROBLEMS } from './problems.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** When a client may ask again whether Redis or the store is back; reconnecting takes about that long. */
const DEPENDENCY_RETRY_SECONDS = 2;

export const problemCode = (error: unknown): ProblemCode =>
  error instanceof DomainError || error instanceof HttpError ? error.code : 'internal-error';

/**
 * Whatever was thrown, as a problem (RFC 9457). One that nobody foresaw tells the client nothing but the
 * request id.
 */
export function problemAnswer(error: unknown, requestId: string): Answer {
  const code = problemCode(error);
  const { status, title } = PROBLEMS[code];
  const problem = {
    type: `urn:problem:user-management:${code}`,
    title,
    status,
    detail: detail(error),
    code,
    request_id: requestId,
    ...(error instanceof ValidationFailed && { errors: error.faults.map(toError) }),
  };
  return {
    status,
    headers: { 'Content-Type': PROBLEM_TYPE, ...headersFor(error) },
    body: JSON.stringify(problem),
  };
}

function detail(error: unknown): string {
  if (error instanceof ValidationFailed) return 'Each problem is listed in "errors".';
  if (error instanceof DomainError || error instanceof HttpError) return error.message;
  return 'An unexpected error. The request id leads to its cause in the log.';
}

/** Where in the body as a JSON Pointer (RFC 6901, 3), empty for the body as a whole. */
const toError = ({ path, message }: Fault) => ({
  pointer: path.map((member) => `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
  detail: message,
});

function headersFor(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof HttpError) return error.headers;
  if (error instanceof Unauthenticated || error instanceof InvalidCredentials) {
    return { 'WWW-Authenticate': challenge(error) };
  }
  if (error instanceof Overloaded) return { 'Retry-After': String(Math.max(1, Math.ceil(error.retryAfter))) };
  if (error instanceof DependencyUnavailable) return { 'Retry-After': String(DEPENDENCY_RETRY_SECONDS) };
  return {};
}

/**
 * RFC 6750, 3: an error is named only to a client that showed a token. RFC 9110, 15.5.2, wants a challenge in
 * every 401, so a failed login has one as well.
 */
const challenge = (error: Unauthenticated | InvalidCredentials): string =>
  error instanceof NoCredentials || error instanceof InvalidCredentials
    ? 'Bearer realm="user-management"'
    : 'Bearer realm="user-management", error="invalid_token"';

import {
  DependencyUnavailable,
  DomainError,
  type Fault,
  InsufficientScope,
  InvalidCredentials,
  Overloaded,
  RateLimited,
  RefreshTokenReused,
  Unauthenticated,
  ValidationFailed,
} from '@user-management/domain';
import type { Answer } from './answer.ts';
import { HttpError, NoCredentials, type ProblemCode, PROBLEMS, problemType } from './problems.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Seconds until a retry after Redis or the store was lost. A reconnection takes about this time. */
const DEPENDENCY_RETRY_SECONDS = 2;

/** In characters. Member names come from the client, and one long name may be part of twenty pointers. */
const LONGEST_POINTER = 256;

export const problemCode = (error: unknown): ProblemCode =>
  error instanceof DomainError || error instanceof HttpError ? error.code : 'internal-error';

/**
 * Turns any thrown value into a problem (RFC 9457). For an unexpected error, the client gets only the request
 * id.
 */
export function problemAnswer(error: unknown, requestId: string): Answer {
  const code = problemCode(error);
  const { status, title } = PROBLEMS[code];
  const problem = {
    type: problemType(code),
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
  if (error instanceof ValidationFailed) return listed(error);
  if (error instanceof DomainError || error instanceof HttpError) return error.message;
  return 'An unexpected error. The request id leads to its cause in the log.';
}

const listed = ({ faults, more }: ValidationFailed): string =>
  more === 0
    ? 'Each problem is listed in "errors".'
    : `The first ${faults.length} problems are listed in "errors". There are ${more} more.`;

/** A pointer that is too long is shortened to the nearest enclosing value. */
function toError({ path, message }: Fault) {
  const around = path.map((_, i) => toPointer(path.slice(0, path.length - i)));
  const pointer = around.find((candidate) => candidate.length <= LONGEST_POINTER) ?? '';
  const whole = pointer === (around[0] ?? '');
  return { pointer, detail: whole ? message : `has a member with a long name, which ${message}` };
}

/** RFC 6901, 3. The empty pointer is the whole body. */
const toPointer = (path: readonly string[]): string =>
  path.map((member) => `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function headersFor(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof HttpError) return error.headers;
  if (
    error instanceof Unauthenticated ||
    error instanceof InvalidCredentials ||
    error instanceof RefreshTokenReused ||
    error instanceof InsufficientScope
  ) {
    return { 'WWW-Authenticate': challenge(error) };
  }
  if (error instanceof Overloaded || error instanceof RateLimited) {
    return { 'Retry-After': String(Math.max(1, Math.ceil(error.retryAfter))) };
  }
  if (error instanceof DependencyUnavailable) return { 'Retry-After': String(DEPENDENCY_RETRY_SECONDS) };
  return {};
}

/**
 * RFC 6750, 3: the challenge names an error only to a client that sent a token. RFC 9110, 15.5.2, requires a
 * challenge in every 401, so a failed login has one too.
 */
function challenge(error: DomainError): string {
  const realm = 'Bearer realm="user-management"';
  if (error instanceof NoCredentials || error instanceof InvalidCredentials) return realm;
  if (!(error instanceof InsufficientScope)) return `${realm}, error="invalid_token"`;
  return `${realm}, error="insufficient_scope", scope="${error.scope}"`;
}

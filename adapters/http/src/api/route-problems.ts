import { DomainError } from '@user-management/domain';
import { HttpError, type ProblemCode, PROBLEM_CODES } from '../answer/problems.ts';
import { isForm } from '../request/body.ts';
import { conditionsOf, isScope, type RouteDescription } from './route-description.ts';

/** All problems of a route: its own ones, and those that follow from its requirements on a request. */
export function problemsOf(route: RouteDescription): ProblemCode[] {
  const { access, body, lines, limited, problems = [] } = route;
  const codes = new Set<ProblemCode>([...problems, 'malformed-request', 'internal-error']);
  const add = (...more: ProblemCode[]) => more.forEach((code) => codes.add(code));
  if (isScope(access)) add('unauthenticated', 'insufficient-scope');
  else if (access !== 'public') add('unauthenticated', 'dependency-unavailable');
  if (access === 'own-user') add('forbidden');
  if (limited) add('rate-limited', 'dependency-unavailable');
  if (lines) add('unsupported-media-type');
  if (body) add('payload-too-large', 'unsupported-media-type', 'validation-failed');
  if (body && !isForm(body.mediaTypes)) add('malformed-json');
  if (conditionsOf(route).length > 0) add('precondition-failed');
  return PROBLEM_CODES.filter((code) => codes.has(code));
}

/** The description of the API names it once. */
const OF_EVERY_ROUTE: ReadonlySet<ProblemCode> = new Set(['request-timeout']);

/**
 * Returns the error if the route declares its code. Any other domain error is a defect of the service: a
 * client must not get a code that the API description lacks.
 */
export function declared(error: unknown, route: RouteDescription): unknown {
  const known = error instanceof DomainError || error instanceof HttpError;
  if (!known || OF_EVERY_ROUTE.has(error.code) || problemsOf(route).includes(error.code)) return error;
  return new Error(`${route.operationId} does not declare the problem ${error.code}`, { cause: error });
}

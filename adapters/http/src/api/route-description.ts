import { type Scope, SCOPES } from '@user-management/domain';
import type * as z from 'zod';
import type { ProblemCode } from '../answer/problems.ts';
import { CONDITIONS } from '../request/conditions.ts';
import type { QueryParameter } from '../request/query.ts';

/** The methods of routes. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/**
 * The permitted callers: everyone, everyone with a valid token, only the user in the path, or a service whose
 * token has this scope.
 */
export type Access = 'public' | 'bearer' | 'own-user' | Scope;

export const isScope = (access: Access): access is Scope => (SCOPES as readonly Access[]).includes(access);

/** The body of a request. The schema validates and documents it. */
export interface BodySpec<Body> {
  readonly schema: z.ZodType<Body>;
  readonly mediaTypes: readonly string[];
}

export interface AnswerSpec {
  readonly description: string;
  /** The schema of the JSON, or of each line of it; absent for an answer without content. */
  readonly schema?: () => z.ZodType;
  /** The media type, when it is not JSON. */
  readonly mediaType?: string;
  /** Replaces the example of the schema. */
  readonly example?: unknown;
  readonly headers?: readonly (
    'ETag' | 'Location' | 'Content-Disposition' | 'X-User-Id' | 'X-User-Email' | 'X-Session-Id'
  )[];
}

/** The declaration of a route. Both its handling and the OpenAPI description use it. */
export interface RouteDescription {
  readonly method: Method;
  /** The path with parameters as in OpenAPI: `/v1/users/{user_id}`. */
  readonly path: string;
  readonly operationId: string;
  /** The title of the operation in lists. */
  readonly summary: string;
  /** Complete sentences with what a client must know besides the schemas. */
  readonly description: string;
  readonly access: Access;
  /** The request changes nothing, although its method is POST. A success is not logged, as that of a GET. */
  readonly safe?: true;
  /** `address`: `RATE_LIMIT_ADDRESS` limits these requests of each client address. */
  readonly limited?: 'address';
  readonly body?: BodySpec<unknown>;
  /** A body that is read while it arrives: each line is a value of the schema. */
  readonly lines?: { readonly schema: z.ZodType; readonly mediaType: string };
  readonly query?: readonly QueryParameter[];
  /** Headers of the request that this operation reads, besides those of every request. */
  readonly headers?: readonly 'Idempotency-Key'[];
  /** Whether a change without an `ETag` in its answer honours `If-Match` and `If-None-Match`. */
  readonly conditional?: true;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** The route's own problems, besides those that follow from `access`, `body` and `method`. */
  readonly problems?: readonly ProblemCode[];
}

/** The conditional headers of a route. A change has them when its path has a version to compare. */
export function conditionsOf({ method, answers, conditional }: RouteDescription) {
  const versioned = Object.values(answers).some(({ headers }) => headers?.includes('ETag'));
  const has = method === 'GET' ? 200 in answers : method !== 'POST' && (versioned || conditional === true);
  return has ? CONDITIONS : [];
}

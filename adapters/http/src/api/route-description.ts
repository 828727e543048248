import type * as z from 'zod';
import type { ProblemCode } from '../answer/problems.ts';
import { CONDITIONS } from '../request/conditions.ts';

/** Every method that a route can have. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH'] as const;
export type Method = (typeof METHODS)[number];

/** Who gets in: anybody, anybody with a valid token, or only the user that the path names. */
export type Access = 'public' | 'bearer' | 'own-user';

/** What a client sends: validated by the schema, and documented by it. */
export interface BodySpec<Body> {
  readonly schema: z.ZodType<Body>;
  readonly mediaTypes: readonly string[];
}

export interface AnswerSpec {
  readonly description: string;
  /** Of the JSON; absent for an answer without content. */
  readonly schema?: z.ZodType;
  /** Instead of JSON. */
  readonly mediaType?: string;
  /** Instead of the schema's own. */
  readonly example?: unknown;
  readonly headers?: readonly ('ETag' | 'Location')[];
}

/** What is written down about a route, once for the code that serves it and for OpenAPI. */
export interface RouteDescription {
  readonly method: Method;
  /** With parameters as in OpenAPI: `/v1/users/{user_id}`. */
  readonly path: string;
  readonly operationId: string;
  /** A few words for lists. */
  readonly summary: string;
  /** Whole sentences: what a client has to know besides the schemas. */
  readonly description: string;
  readonly access: Access;
  readonly body?: BodySpec<unknown>;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Problems of its own, besides those that follow from `access`, `body` and `method`. */
  readonly problems?: readonly ProblemCode[];
}

/** The conditions that a route honours: none for POST, whose paths have no representation to compare. */
export const conditionsOf = ({ method }: RouteDescription) => (method === 'POST' ? [] : CONDITIONS);

import type { IncomingMessage } from 'node:http';
import { authorise, type Precondition } from '@user-management/domain';
import type * as z from 'zod';
import { readToken, type Session } from '../request/token.ts';
import type { Answer } from '../answer/answer.ts';
import { readJson } from '../request/body.ts';
import { CONDITIONS, ifConditionsHold, precondition } from '../request/conditions.ts';
import type { ProblemCode } from '../answer/problems.ts';
import { declared } from './route-problems.ts';
import type { Services } from './services.ts';
import { validate } from '../request/validation.ts';

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

/** What a handler gets to see of a request: nothing that was not checked. */
export interface Admitted<A extends Access, Body> {
  readonly session: A extends 'public' ? undefined : Session;
  readonly body: Body;
  readonly precondition: Precondition | undefined;
}

interface RouteSpec<A extends Access, Body> extends RouteDescription {
  readonly access: A;
  readonly body?: BodySpec<Body>;
  handle(request: Admitted<A, Body>, services: Services): Answer | Promise<Answer>;
}

/** The routes about one subject: a tag in OpenAPI. */
export interface RouteGroup {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly Route[];
}

/** Everything that one listener serves. */
export interface Api {
  readonly title: string;
  readonly description: string;
  /** Of the service. */
  readonly version: string;
  readonly groups: readonly RouteGroup[];
}

export const routesOf = ({ groups }: Api): readonly Route[] => groups.flatMap(({ routes }) => routes);

export interface Route extends RouteDescription {
  /**
   * Checks the request in the order 401, 403, then the body, and handles it.
   * @throws {DomainError | HttpError}
   */
  perform(req: IncomingMessage, params: Params, services: Services): Promise<Answer>;
}

type Params = Readonly<Record<string, string | undefined>>;

/** Makes a route of its description and its handler. Only the handler knows the type of the body. */
export const defineRoute = <A extends Access, Body = undefined>(spec: RouteSpec<A, Body>): Route => ({
  ...spec,
  async perform(req, params, services) {
    try {
      return await admitAndHandle(spec, req, params, services);
    } catch (error) {
      throw declared(error, spec);
    }
  },
});

async function admitAndHandle<A extends Access, Body>(
  spec: RouteSpec<A, Body>,
  req: IncomingMessage,
  params: Params,
  services: Services,
): Promise<Answer> {
  let session: Session | undefined;
  if (spec.access !== 'public') {
    const token = readToken(req.rawHeaders);
    session = { token, record: await services.useCases.authenticate(token) };
  }
  // Somebody else's id and one that cannot exist get the same answer, which tells nothing about either.
  if (session && spec.access === 'own-user') authorise(session.record, params['user_id'] ?? '');
  const body = spec.body && validate(spec.body.schema, await readJson(req, spec.body.mediaTypes));
  const request = { session, body, precondition: precondition(req.headers) };
  const answer = await spec.handle(request as Admitted<A, Body>, services);
  return spec.method === 'GET' ? ifConditionsHold(req.headers, answer) : answer;
}

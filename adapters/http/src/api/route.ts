import type { IncomingMessage } from 'node:http';
import {
  authorise,
  type Caller,
  type Precondition,
  type Scope,
  type ServiceCaller,
} from '@user-management/domain';
import { type Client, clientOf } from '../request/client.ts';
import { type Line, NO_LINES, readLines } from '../request/lines.ts';
import { type Query, readQuery } from '../request/query.ts';
import { readServiceToken, readToken } from '../request/token.ts';
import type { Answer } from '../answer/answer.ts';
import { readBody } from '../request/body.ts';
import { ifConditionsHold, precondition } from '../request/conditions.ts';
import { type Access, type BodySpec, isScope, type RouteDescription } from './route-description.ts';
import { countAddress } from './address-limit.ts';
import type { Services } from './services.ts';
import type { State } from './state.ts';
import { validate } from '../request/validation.ts';

/** The validated parts of a request. A handler sees nothing else. */
export interface Admitted<A extends Access, Body> {
  readonly caller: A extends 'public' ? undefined : A extends Scope ? ServiceCaller : Caller;
  readonly client: Client;
  /** The parameters of the path. */
  readonly params: Params;
  /** The value of each declared parameter of the query. */
  readonly query: Query;
  readonly body: Body;
  /** The lines of the body, as many at a time as have arrived, where the route declares them. */
  readonly lines: AsyncIterable<readonly Line[]>;
  readonly precondition: Precondition | undefined;
}

export interface RouteSpec<A extends Access, Body> extends RouteDescription {
  readonly access: A;
  readonly body?: BodySpec<Body>;
  handle(request: Admitted<A, Body>, services: Services): Answer | Promise<Answer>;
}

/** Routes about one subject. The group is a tag in OpenAPI. */
export interface RouteGroup {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly Route[];
}

/** All routes of one listener. */
export interface Api {
  readonly title: string;
  readonly description: string;
  /** The version of the service. */
  readonly version: string;
  readonly groups: readonly RouteGroup[];
}

export const routesOf = ({ groups }: Api): readonly Route[] => groups.flatMap(({ routes }) => routes);

export interface Route extends RouteDescription {
  /**
   * Checks for 429, then 401, then 403, then the body, and handles the request.
   * @throws {DomainError | HttpError}
   */
  perform(req: IncomingMessage, params: Params, services: Services, state: State): Promise<Answer>;
}

/** The parameters of a path, by name. */
export type Params = Readonly<Record<string, string | undefined>>;

/** Makes a route from its description and its handler. Only the handler knows the type of the body. */
export const defineRoute = <A extends Access, Body = undefined>(spec: RouteSpec<A, Body>): Route => ({
  ...spec,
  perform: (req, params, services, state) => admitAndHandle(spec, req, params, services, state),
});

async function admitAndHandle<A extends Access, Body>(
  spec: RouteSpec<A, Body>,
  req: IncomingMessage,
  params: Params,
  services: Services,
  state: State,
): Promise<Answer> {
  const client = clientOf(req, services.isTrustedProxy);
  if (spec.limited) await countAddress(spec.operationId, client.ip, services, state);
  const caller = await callerOf(spec.access, req, client, services);
  // The id of another user and an impossible id get the same answer, so the answer reveals nothing about ids.
  if (spec.access === 'own-user') authorise(caller as Caller, params['user_id'] ?? '');
  const query = spec.query ? readQuery(req.url ?? '', spec.query) : {};
  const read = spec.body && readBody(req, spec.body.mediaTypes);
  const body = spec.body && validate(spec.body.schema, read instanceof Promise ? await read : read);
  const request = {
    caller,
    client,
    params,
    query,
    body,
    lines: spec.lines ? readLines(req) : NO_LINES,
    precondition: precondition(req.headers),
  };
  const answer = await spec.handle(request as unknown as Admitted<A, Body>, services);
  return spec.method === 'GET' ? ifConditionsHold(req.headers, answer) : answer;
}

/** @throws {Unauthenticated | InsufficientScope} */
function callerOf(
  access: Access,
  { rawHeaders }: IncomingMessage,
  client: Client,
  { useCases }: Services,
): Promise<Caller> | ServiceCaller | undefined {
  if (access === 'public') return undefined;
  if (isScope(access)) return useCases.authenticateService(readServiceToken(rawHeaders), access);
  return useCases.authenticate(readToken(rawHeaders), client);
}

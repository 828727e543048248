import type { IncomingMessage } from 'node:http';
import { authorise, type Precondition } from '@user-management/domain';
import { readToken, type Session } from '../request/token.ts';
import type { Answer } from '../answer/answer.ts';
import { readJson } from '../request/body.ts';
import { ifConditionsHold, precondition } from '../request/conditions.ts';
import type { Access, BodySpec, RouteDescription } from './route-description.ts';
import { declared } from './route-problems.ts';
import type { Services } from './services.ts';
import { validate } from '../request/validation.ts';

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

import Router from '@koa/router';
import type { Middleware, ParameterizedContext } from 'koa';
import type { Answer } from '../answer/answer.ts';
import type { State } from './state.ts';
import { HttpError } from '../answer/problems.ts';
import type { Params, Route } from './route.ts';
import { METHODS } from './route-description.ts';
import type { Services } from './services.ts';

/** The routes of one path, by method. */
type Methods = ReadonlyMap<string, Route>;

/**
 * Has one layer for each path with all its methods. So a known path with the wrong method is a 405 and does
 * not match another path. `/v1/users/me` wins over `/v1/users/{user_id}`, as OpenAPI requires.
 */
export function createRouter(routes: readonly Route[], services: Services): Router<State> {
  const router = new Router<State>({ sensitive: true, strict: true });
  for (const [path, methods] of [...byPath(routes)].sort(literalFirst)) {
    router.all(toKoaPath(path), (ctx) => perform(methods, ctx, ctx.params, services));
  }
  return router;
}

/**
 * Answers requests whose target is a path without parameters. It needs no expression for that. Session
 * checks, which are nearly all of the traffic, have such a path.
 */
export function answerLiteralPaths(routes: readonly Route[], services: Services): Middleware<State> {
  const paths = new Map([...byPath(routes)].filter(([path]) => !path.includes('{')));
  return (ctx, next) => {
    const methods = paths.get(ctx.url);
    return methods ? perform(methods, ctx, {}, services) : next();
  };
}

/** @throws what the route throws, and a 405 where the path has no route for the method. */
function perform(
  methods: Methods,
  { method, req, state }: Pick<ParameterizedContext<State>, 'method' | 'req' | 'state'>,
  params: Params,
  services: Services,
): Answer | Promise<Answer> {
  const route = methods.get(method === 'HEAD' ? 'GET' : method);
  if (!route) return withoutRoute(method, methods);
  state.route = route;
  return route.perform(req, params, services, state);
}

function byPath(routes: readonly Route[]): Map<string, Map<string, Route>> {
  const paths = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const methods = paths.get(route.path) ?? new Map<string, Route>();
    paths.set(route.path, methods.set(route.method, route));
  }
  return paths;
}

/** The router uses the first matching path, so literal characters sort before a parameter. */
function literalFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  const rank = (path: string) => path.replaceAll('{', '\uffff');
  return rank(a) < rank(b) ? -1 : 1;
}

const toKoaPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

function withoutRoute(method: string, methods: Methods): Answer {
  const headers = { Allow: allow(methods.keys()) };
  if (method === 'OPTIONS') return { status: 204, headers: { ...headers, ...acceptPatch(methods) } };
  throw new HttpError('method-not-allowed', `This path knows ${headers.Allow}.`, headers);
}

/** RFC 5789, 3.1. */
function acceptPatch(methods: Methods): Answer['headers'] {
  const mediaTypes = methods.get('PATCH')?.body?.mediaTypes;
  return mediaTypes ? { 'Accept-Patch': mediaTypes.join(', ') } : {};
}

/** The value of an `Allow` header. GET implies HEAD, and every path has OPTIONS. */
export function allow(methods: Iterable<string>): string {
  const allowed = new Set([...methods, 'OPTIONS']);
  if (allowed.has('GET')) allowed.add('HEAD');
  return [...allowed].sort().join(', ');
}

/** `OPTIONS *` asks for the methods of the whole service (RFC 9110, 9.3.7). */
export const answerAboutService: Middleware<State> = (ctx, next) => {
  if (ctx.url !== '*') return next();
  return { status: 204, headers: { Allow: allow(METHODS) } } satisfies Answer;
};

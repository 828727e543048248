import { defineRoute, type Route, type RouteSpec } from './route.ts';
import type { Access } from './route-description.ts';

type WithToken = Extract<Access, 'bearer' | 'own-user'>;

interface OwnUserSpec<Body> extends Omit<RouteSpec<WithToken, Body>, 'path' | 'access' | 'operationId'> {
  /** Below the user: `/sessions`. Empty for the user itself. */
  readonly path: string;
  /** The operation under `me`, and the operation under the id. */
  readonly operationIds: readonly [me: string, byId: string];
}

/** One operation on the user of the token, under `/v1/users/me` and under the id of that user. */
export function ofOwnUser<Body = undefined>({ operationIds, ...spec }: OwnUserSpec<Body>): readonly Route[] {
  const [me, byId] = operationIds;
  return [
    defineRoute<WithToken, Body>({
      ...spec,
      access: 'bearer',
      path: `/v1/users/me${spec.path}`,
      operationId: me,
    }),
    defineRoute<WithToken, Body>({
      ...spec,
      access: 'own-user',
      path: `/v1/users/{user_id}${spec.path}`,
      operationId: byId,
      description: `${spec.description} The token must belong to the user of the path.`,
    }),
  ];
}

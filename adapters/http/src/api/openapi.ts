import { Components } from './components.ts';
import { describeOperation } from './operation.ts';
import type { Api } from './route.ts';
import { isScope } from './route-description.ts';

/** Derives the OpenAPI 3.1 description of an API from the data and schemas that serve it. */
export function describeApi({ title, description, version, groups }: Api): object {
  const components = new Components();
  const paths: Record<string, Record<string, object>> = {};
  for (const { name, routes } of groups) {
    for (const route of routes) {
      const operation = { tags: [name], ...describeOperation(route, components) };
      paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version,
      description,
      contact: { name: 'The operator of the service' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The service that serves this description.' }],
    tags: groups.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      ...components.described(),
      securitySchemes: securitySchemes(groups),
    },
  };
}

/** Those that the routes need. */
function securitySchemes(groups: Api['groups']): object {
  const accesses = groups.flatMap(({ routes }) => routes.map(({ access }) => access));
  return {
    ...(accesses.some((access) => access !== 'public' && !isScope(access)) && {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description: 'A token from a registration or a login, sent as `Authorization: Bearer <token>`.',
      },
    }),
    ...(accesses.some(isScope) && {
      service: {
        type: 'http',
        scheme: 'bearer',
        description:
          'The token of a service, from the operators, sent as `Authorization: Bearer <token>`. ' +
          'Each operation names the scope that the token must have.',
      },
    }),
  };
}

import { type Answer, json } from '../answer/answer.ts';
import { describeApi } from '../api/openapi.ts';
import { type Api, defineRoute } from '../api/route.ts';
import { apiDescription } from '../schemas/answers.ts';

/** Adds a route that describes the whole API, itself included. */
export function withDescription(api: Api): Api {
  // Made when a client first asks for it: it would take longer than the rest of the start.
  let answer: Answer | undefined;
  const readDescription = defineRoute({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'readDescription',
    summary: 'Read this description',
    description:
      'Returns the OpenAPI 3.1 description of all operations, made of the schemas that validate requests.',
    access: 'public',
    answers: { 200: { description: 'The description.', schema: apiDescription } },
    handle: () => (answer ??= json(200, describeApi(described))),
  });
  const described: Api = {
    ...api,
    groups: [
      ...api.groups,
      { name: 'Description', description: 'The description of the API.', routes: [readDescription] },
    ],
  };
  return described;
}

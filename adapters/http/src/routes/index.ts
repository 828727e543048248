import { type Answer, json } from '../answer/answer.ts';
import { describeApi } from '../api/openapi.ts';
import { defineRoute, type Route } from '../api/route.ts';
import { apiDescription } from '../schemas/answers.ts';
import { logIn, logOut, register } from './auth.ts';
import { live, readHealth, readMetrics, readPublicHealth, ready } from './operations.ts';
import { mergePreferences, readPreferences, replacePreferences } from './preferences.ts';
import { readMe, readUser } from './users.ts';

/** Made when it is first asked for: it costs a start more than anything else here. */
let description: Answer | undefined;

const readDescription = defineRoute({
  method: 'GET',
  path: '/openapi.json',
  operationId: 'readDescription',
  summary: 'This description',
  access: 'public',
  answers: { 200: { description: 'OpenAPI 3.1.', schema: apiDescription } },
  handle: () => (description ??= json(200, describeApi(routes))),
});

/** Every route of the service. Where two paths match, the first one wins. */
export const routes: readonly Route[] = [
  readMe,
  register,
  readUser,
  readPreferences,
  replacePreferences,
  mergePreferences,
  logIn,
  logOut,
  readHealth,
  readPublicHealth,
  live,
  ready,
  readMetrics,
  readDescription,
];

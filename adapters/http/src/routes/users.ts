import { userAnswer } from '../answer/views.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { user } from '../schemas/answers.ts';

const answers = { 200: { description: 'The user.', schema: user, headers: ['ETag'] } } as const;

const readMe = defineRoute({
  method: 'GET',
  path: '/v1/users/me',
  operationId: 'readMe',
  summary: 'Read the user of the token',
  description: 'Returns the user to whom the token of the request belongs.',
  access: 'bearer',
  answers,
  problems: ['user-not-found'],
  handle: async ({ session }, { useCases }) => userAnswer(await useCases.readUser(session.record.userId)),
});

const readUser = defineRoute({
  method: 'GET',
  path: '/v1/users/{user_id}',
  operationId: 'readUser',
  summary: 'Read a user',
  description: 'Returns a user. The token must belong to this user.',
  access: 'own-user',
  answers,
  problems: ['user-not-found'],
  handle: async ({ session }, { useCases }) => userAnswer(await useCases.readUser(session.record.userId)),
});

export const users: RouteGroup = {
  name: 'Users',
  description: 'Read users.',
  routes: [readMe, readUser],
};

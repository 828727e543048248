import { defineRoute } from '../api/route.ts';
import { user } from '../schemas/answers.ts';
import { userAnswer } from '../answer/views.ts';

const answers = { 200: { description: 'The user.', schema: user, headers: ['ETag'] } } as const;

export const readMe = defineRoute({
  method: 'GET',
  path: '/v1/users/me',
  operationId: 'readMe',
  summary: 'Read the user whose token it is',
  access: 'bearer',
  condition: 'If-None-Match',
  answers,
  problems: ['user-not-found'],
  handle: async ({ session }, { useCases }) => userAnswer(await useCases.readUser(session.record.userId)),
});

export const readUser = defineRoute({
  method: 'GET',
  path: '/v1/users/{user_id}',
  operationId: 'readUser',
  summary: 'Read a user',
  access: 'own-user',
  condition: 'If-None-Match',
  answers,
  problems: ['user-not-found'],
  handle: async ({ session }, { useCases }) => userAnswer(await useCases.readUser(session.record.userId)),
});

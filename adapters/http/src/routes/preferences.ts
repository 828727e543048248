import { JSON_TYPE } from '../answer/answer.ts';
import { preferencesAnswer } from '../answer/views.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { savedPreferences, userPreferences } from '../schemas/answers.ts';
import { preferences as wholePreferences, preferencesPatch } from '../schemas/requests.ts';

const path = '/v1/users/{user_id}/preferences';
const saved = {
  200: { description: 'The preferences after the change.', schema: savedPreferences, headers: ['ETag'] },
} as const;

const readPreferences = defineRoute({
  method: 'GET',
  path,
  operationId: 'readPreferences',
  summary: 'Read the preferences',
  description: 'Returns the preferences of a user. The token must belong to this user.',
  access: 'own-user',
  answers: { 200: { description: 'The preferences.', schema: userPreferences, headers: ['ETag'] } },
  problems: ['user-not-found'],
  handle: async ({ session }, { useCases }) =>
    preferencesAnswer(await useCases.readUser(session.record.userId)),
});

const replacePreferences = defineRoute({
  method: 'PUT',
  path,
  operationId: 'replacePreferences',
  summary: 'Replace the preferences',
  description: 'Replaces all preferences of a user with the body. The token must belong to this user.',
  access: 'own-user',
  body: { schema: wholePreferences, mediaTypes: [JSON_TYPE] },
  answers: saved,
  problems: ['user-not-found'],
  async handle({ session, body, precondition }, { useCases }) {
    const user = await useCases.replacePreferences(session.record.userId, body, precondition);
    return preferencesAnswer(user, 'preferences_saved');
  },
});

const mergePreferences = defineRoute({
  method: 'PATCH',
  path,
  operationId: 'mergePreferences',
  summary: 'Change some preferences',
  description:
    'Applies a merge patch (RFC 7396) to the preferences of a user. The token must belong to this user. ' +
    'Two patches at the same time that change different members both take effect.',
  access: 'own-user',
  body: { schema: preferencesPatch, mediaTypes: [JSON_TYPE, 'application/merge-patch+json'] },
  answers: saved,
  problems: ['user-not-found'],
  async handle({ session, body, precondition }, { useCases }) {
    const user = await useCases.mergePreferences(session.record.userId, body, precondition);
    return preferencesAnswer(user, 'preferences_saved');
  },
});

export const preferences: RouteGroup = {
  name: 'Preferences',
  description: 'Read and change what a user has chosen.',
  routes: [readPreferences, replacePreferences, mergePreferences],
};

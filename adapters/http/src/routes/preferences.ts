import { JSON_TYPE } from '../answer/answer.ts';
import { defineRoute } from '../api/route.ts';
import { savedPreferences, userPreferences } from '../schemas/answers.ts';
import { preferences, preferencesPatch } from '../schemas/requests.ts';
import { preferencesAnswer } from '../answer/views.ts';

const path = '/v1/users/{user_id}/preferences';
const saved = {
  200: { description: 'As they are now.', schema: savedPreferences, headers: ['ETag'] },
} as const;

export const readPreferences = defineRoute({
  method: 'GET',
  path,
  operationId: 'readPreferences',
  summary: 'Read the preferences of a user',
  access: 'own-user',
  condition: 'If-None-Match',
  answers: { 200: { description: 'The preferences.', schema: userPreferences, headers: ['ETag'] } },
  problems: ['user-not-found'],
  handle: async ({ session }, { useCases }) =>
    preferencesAnswer(await useCases.readUser(session.record.userId)),
});

export const replacePreferences = defineRoute({
  method: 'PUT',
  path,
  operationId: 'replacePreferences',
  summary: 'Put new preferences in the place of the old',
  access: 'own-user',
  condition: 'If-Match',
  body: { schema: preferences, mediaTypes: [JSON_TYPE] },
  answers: saved,
  problems: ['user-not-found'],
  async handle({ session, body, precondition }, { useCases }) {
    const user = await useCases.replacePreferences(session.record.userId, body, precondition);
    return preferencesAnswer(user, 'preferences_saved');
  },
});

export const mergePreferences = defineRoute({
  method: 'PATCH',
  path,
  operationId: 'mergePreferences',
  summary: 'Change some of the preferences',
  access: 'own-user',
  condition: 'If-Match',
  body: { schema: preferencesPatch, mediaTypes: [JSON_TYPE, 'application/merge-patch+json'] },
  answers: saved,
  problems: ['user-not-found'],
  async handle({ session, body, precondition }, { useCases }) {
    const user = await useCases.mergePreferences(session.record.userId, body, precondition);
    return preferencesAnswer(user, 'preferences_saved');
  },
});

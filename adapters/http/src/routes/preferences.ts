import { JSON_TYPE } from '../answer/answer.ts';
import { preferencesAnswer } from '../answer/views.ts';
import { ofOwnUser } from '../api/own-user.ts';
import type { RouteGroup } from '../api/route.ts';
import { savedPreferences, userPreferences } from '../schemas/answers.ts';
import { preferences as wholePreferences, preferencesPatch } from '../schemas/requests.ts';

const path = '/preferences';
const saved = {
  200: { description: 'The preferences after the change.', schema: savedPreferences, headers: ['ETag'] },
} as const;

const readPreferences = ofOwnUser({
  method: 'GET',
  path,
  operationIds: ['readMyPreferences', 'readPreferences'],
  summary: 'Read the preferences',
  description: 'Returns the preferences of a user.',
  answers: { 200: { description: 'The preferences.', schema: userPreferences, headers: ['ETag'] } },
  handle: ({ caller }) => preferencesAnswer(caller.user),
});

const replacePreferences = ofOwnUser({
  method: 'PUT',
  path,
  operationIds: ['replaceMyPreferences', 'replacePreferences'],
  summary: 'Replace the preferences',
  description: 'Replaces all preferences of a user with the body.',
  body: { schema: wholePreferences, mediaTypes: [JSON_TYPE] },
  answers: saved,
  problems: ['user-not-found'],
  async handle({ caller, body, precondition }, { useCases }) {
    const user = await useCases.replacePreferences(caller.user, body, precondition);
    return preferencesAnswer(user, 'preferences_saved');
  },
});

const mergePreferences = ofOwnUser({
  method: 'PATCH',
  path,
  operationIds: ['mergeMyPreferences', 'mergePreferences'],
  summary: 'Change some preferences',
  description:
    'Applies a merge patch (RFC 7396) to the preferences of a user. ' +
    'Two patches at the same time that change different members both take effect.',
  body: { schema: preferencesPatch, mediaTypes: [JSON_TYPE, 'application/merge-patch+json'] },
  answers: saved,
  problems: ['user-not-found'],
  async handle({ caller, body, precondition }, { useCases }) {
    const user = await useCases.mergePreferences(caller.user, body, precondition);
    return preferencesAnswer(user, 'preferences_saved');
  },
});

export const preferences: RouteGroup = {
  name: 'Preferences',
  description: 'Read and change what a user has chosen.',
  routes: [...readPreferences, ...replacePreferences, ...mergePreferences],
};

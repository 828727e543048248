import { JSON_TYPE, noContent } from '../answer/answer.ts';
import { authAnswer, userAnswer } from '../answer/views.ts';
import { ofOwnUser } from '../api/own-user.ts';
import type { RouteGroup } from '../api/route.ts';
import { deviceOf } from '../request/client.ts';
import { refusedAt } from '../request/validation.ts';
import { authenticated, user } from '../schemas/answers.ts';
import { deletion, passwordChange, profilePatch } from '../schemas/requests.ts';

const readUser = ofOwnUser({
  method: 'GET',
  path: '',
  operationIds: ['readMe', 'readUser'],
  summary: 'Read the user',
  description: 'Returns the user to whom the token of the request belongs.',
  answers: { 200: { description: 'The user.', schema: user, headers: ['ETag'] } },
  handle: ({ caller }) => userAnswer(caller.user),
});

const updateUser = ofOwnUser({
  method: 'PATCH',
  path: '',
  operationIds: ['updateMe', 'updateUser'],
  summary: 'Change the name and the phone number',
  description: 'Applies a merge patch (RFC 7396) to the name and the phone number of the user.',
  body: { schema: profilePatch, mediaTypes: [JSON_TYPE, 'application/merge-patch+json'] },
  answers: { 200: { description: 'The user after the change.', schema: user, headers: ['ETag'] } },
  problems: ['user-not-found'],
  handle: async ({ caller, body, precondition }, { useCases }) =>
    userAnswer(await useCases.updateProfile(caller, body, precondition)),
});

const changePassword = ofOwnUser({
  method: 'PUT',
  path: '/password',
  operationIds: ['changeMyPassword', 'changePassword'],
  summary: 'Change the password',
  description:
    'Changes the password, and ends every session of the user at the same moment. ' +
    'A weak new password is refused before the current one is checked. ' +
    'The answer has the tokens of a new session.',
  limited: 'address',
  body: { schema: passwordChange, mediaTypes: [JSON_TYPE] },
  answers: { 200: { description: 'The password is changed.', schema: authenticated } },
  problems: ['wrong-password', 'rate-limited', 'overloaded'],
  async handle({ caller, client, body }, { useCases }) {
    const { current_password: currentPassword, new_password: newPassword } = body;
    const device = deviceOf(client, body.device_id ?? caller.record.deviceId);
    const change = useCases.changePassword(caller, { currentPassword, newPassword, device });
    return authAnswer(await refusedAt('new_password', change));
  },
});

const deleteUser = ofOwnUser({
  method: 'DELETE',
  path: '',
  operationIds: ['deleteMe', 'deleteUser'],
  summary: 'Delete the user',
  description:
    'Deletes the user with all sessions and tokens, for good. The email can be registered again at once.',
  limited: 'address',
  body: { schema: deletion, mediaTypes: [JSON_TYPE] },
  conditional: true,
  answers: { 204: { description: 'The user is deleted. The answer has no content.' } },
  problems: ['wrong-password', 'rate-limited', 'overloaded'],
  async handle({ caller, body, precondition }, { useCases }) {
    await useCases.deleteUser(caller, body.password, precondition);
    return noContent;
  },
});

export const users: RouteGroup = {
  name: 'Users',
  description: 'Read, change and delete the own user.',
  routes: [...readUser, ...updateUser, ...changePassword, ...deleteUser],
};

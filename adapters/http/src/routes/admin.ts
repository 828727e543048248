import {
  byService,
  parseInstant,
  type NewUser,
  parseEmailPrefix,
  parseStoredEmail,
  parseUserId,
  type UserId,
  type UserPlace,
  UserNotFound,
  type UserQuery,
  ValidationFailed,
} from '@user-management/domain';
import type * as z from 'zod';
import { adminUserAnswer, inspectedAnswer, userListAnswer } from '../answer/admin-views.ts';
import { JSON_TYPE, noContent } from '../answer/answer.ts';
import { challengedAnswer } from '../answer/views.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { type Query, type QueryParameter, wholeNumber } from '../request/query.ts';
import { refusedAt } from '../request/validation.ts';
import { adminUser, inspectedUser, userList } from '../schemas/admin-answers.ts';
import { newUser, parseStatus, userPatch } from '../schemas/admin-requests.ts';
import { challenged } from '../schemas/answers.ts';
import { ADA, REGISTERED_AT, USER_ID } from '../schemas/examples.ts';

const text = { type: 'string' };

const filters: readonly QueryParameter[] = [
  {
    name: 'email',
    description: 'The user with this email.',
    schema: { ...text, format: 'email' },
    example: ADA.email,
    check: parseStoredEmail,
  },
  {
    name: 'email_prefix',
    description: 'Users whose email begins with this text. They are in the order of their emails.',
    schema: text,
    example: 'ada@',
    check: parseEmailPrefix,
  },
  {
    name: 'status',
    description: 'Users of this status.',
    schema: { ...text, enum: ['active', 'disabled'] },
    example: 'disabled',
    check: parseStatus,
  },
  {
    name: 'created_after',
    description: 'Users who were added after this time.',
    schema: { ...text, format: 'date-time' },
    example: REGISTERED_AT,
    check: parseInstant,
  },
  {
    name: 'cursor',
    description: 'The `next_cursor` of the page before. Send it with the same filters.',
    schema: text,
    example: USER_ID,
    check: parsePlace,
  },
];

const limit = wholeNumber(
  { name: 'limit', description: 'The page has at most this number of users.' },
  { min: 1, max: 200, default: 50 },
);

const listUsers = defineRoute({
  method: 'GET',
  path: '/v1/admin/users',
  operationId: 'listUsers',
  summary: 'List users',
  description:
    'Returns a page of users, the first who registered first. Pages stay stable while users come and go: a ' +
    'user who is there from the first page to the last is on one page, once. There is no count.',
  access: 'users:read',
  query: [...filters, limit],
  answers: { 200: { description: 'A page of users.', schema: userList } },
  problems: ['validation-failed', 'dependency-unavailable'],
  async handle({ query }, { useCases }) {
    const asked = queryOf(query);
    const after = placeIn(asked, query['cursor']);
    return userListAnswer(await useCases.listUsers(asked, Number(query['limit']), after));
  },
});

const readUser = defineRoute({
  method: 'GET',
  path: '/v1/admin/users/{user_id}',
  operationId: 'inspectUser',
  summary: 'Read a user',
  description:
    'Returns a user with the number of sessions that are alive. The `ETag` is that of the user, without ' +
    'that number.',
  access: 'users:read',
  answers: { 200: { description: 'The user.', schema: inspectedUser, headers: ['ETag'] } },
  problems: ['user-not-found', 'dependency-unavailable'],
  handle: async ({ params }, { useCases }) => inspectedAnswer(await useCases.inspectUser(idIn(params))),
});

const createUser = defineRoute({
  method: 'POST',
  path: '/v1/admin/users',
  operationId: 'createUser',
  summary: 'Add a user',
  description:
    'Adds a user, and starts no session. The password is given, or its hash, or neither: then the user ' +
    'sets one by a reset. A hash that is weaker than those of the service is hashed once more.',
  access: 'users:write',
  body: { schema: newUser, mediaTypes: [JSON_TYPE] },
  headers: ['Idempotency-Key'],
  answers: {
    201: { description: 'The new user.', schema: adminUser, headers: ['ETag', 'Location'] },
  },
  problems: ['email-taken', 'overloaded', 'dependency-unavailable'],
  async handle({ caller, client, body }, { useCases }) {
    const given = { ...toNewUser(body), idempotencyKey: client.idempotencyKey() };
    const created = useCases.createUser(given, byService(caller, client));
    return adminUserAnswer(201, await refusedAt(credentialMember(body), created));
  },
});

const updateUser = defineRoute({
  method: 'PATCH',
  path: '/v1/admin/users/{user_id}',
  operationId: 'patchUser',
  summary: 'Change a user',
  description:
    'Applies a merge patch (RFC 7396). A new email is not verified unless the patch says so. Disabling ' +
    'ends every session at the same moment. Nobody can choose the password of an existing user.',
  access: 'users:write',
  body: { schema: userPatch, mediaTypes: [JSON_TYPE, 'application/merge-patch+json'] },
  answers: { 200: { description: 'The user after the change.', schema: adminUser, headers: ['ETag'] } },
  problems: ['user-not-found', 'email-taken', 'dependency-unavailable'],
  async handle({ caller, client, params, body, precondition }, { useCases }) {
    const { email_verified: emailVerified, ...patch } = body;
    const origin = byService(caller, client);
    const change = { ...patch, emailVerified };
    return adminUserAnswer(200, await useCases.updateUser(idIn(params), change, origin, precondition));
  },
});

const deleteUser = defineRoute({
  method: 'DELETE',
  path: '/v1/admin/users/{user_id}',
  operationId: 'removeUser',
  summary: 'Delete a user',
  description: 'Deletes the user with all sessions and tokens, for good. It can be repeated.',
  access: 'users:write',
  conditional: true,
  answers: { 204: { description: 'The user is deleted. The answer has no content.' } },
  problems: ['dependency-unavailable'],
  async handle({ caller, client, params, precondition }, { useCases }) {
    const { user_id: id = '' } = params;
    if (isUserId(id)) await useCases.removeUser(id, byService(caller, client), precondition);
    return noContent;
  },
});

const endSessions = defineRoute({
  method: 'DELETE',
  path: '/v1/admin/users/{user_id}/sessions',
  operationId: 'endSessionsOfUser',
  summary: 'End all sessions of a user',
  description: 'Ends every session of the user, at once and on every replica. It can be repeated.',
  access: 'users:write',
  answers: { 204: { description: 'No session is alive. The answer has no content.' } },
  problems: ['user-not-found', 'dependency-unavailable'],
  async handle({ caller, client, params }, { useCases }) {
    await useCases.endAllSessions(idIn(params), byService(caller, client));
    return noContent;
  },
});

const startReset = defineRoute({
  method: 'POST',
  path: '/v1/admin/users/{user_id}/password-reset',
  operationId: 'startPasswordReset',
  summary: 'Start a reset of the password',
  description:
    'Mails a code to the user. Only the code, together with the challenge of the answer, changes the ' +
    'password. A disabled user gets no mail.',
  access: 'users:write',
  answers: { 202: { description: 'The challenge that the code answers.', schema: challenged } },
  problems: ['user-not-found', 'mail-not-configured', 'dependency-unavailable'],
  handle: async ({ params }, { useCases }) =>
    challengedAnswer(await useCases.startPasswordReset(idIn(params))),
});

export const admin: RouteGroup = {
  name: 'Admin',
  description: 'List, add, change and delete users.',
  routes: [listUsers, readUser, createUser, updateUser, deleteUser, endSessions, startReset],
};

/** @throws {ValidationFailed} */
export function toNewUser(body: z.infer<typeof newUser>): NewUser {
  const { password, password_hash: hash, email_verified: emailVerified = false, ...given } = body;
  const { device_id: deviceId, phone = null, name = null, preferences = {}, metadata = {}, ...rest } = given;
  if (password && hash !== undefined) {
    throw new ValidationFailed([{ path: ['password_hash'], message: 'must not stand beside password' }]);
  }
  const credential = password
    ? ({ kind: 'password', password } as const)
    : hash === undefined
      ? ({ kind: 'none' } as const)
      : ({ kind: 'hash', hash } as const);
  return { ...rest, deviceId, phone, name, preferences, metadata, emailVerified, credential };
}

/** The member that holds what a use case may refuse. */
export const credentialMember = ({ password }: z.infer<typeof newUser>): string =>
  password ? 'password' : 'password_hash';

/** An id that no user can have belongs to nobody. @throws {UserNotFound} */
function idIn(params: Readonly<Record<string, string | undefined>>): UserId {
  const { user_id: id = '' } = params;
  if (!isUserId(id)) throw new UserNotFound();
  return id;
}

function isUserId(text: string): text is UserId {
  try {
    return parseUserId(text) === text;
  } catch {
    return false;
  }
}

function parsePlace(input: string): UserPlace {
  try {
    return input.includes('@') ? parseStoredEmail(input) : parseUserId(input);
  } catch {
    throw new ValidationFailed('must be the next_cursor of a page');
  }
}

function queryOf(query: Query): UserQuery {
  const given = <T>(name: string, parse: (input: string) => T): T | undefined =>
    query[name] === undefined ? undefined : parse(query[name]);
  return {
    email: given('email', parseStoredEmail),
    emailPrefix: given('email_prefix', parseEmailPrefix),
    status: given('status', parseStatus),
    createdAfter: given('created_after', parseInstant),
  };
}

/** A list by prefix goes on after an email, the others after an id. @throws {ValidationFailed} */
function placeIn({ emailPrefix }: UserQuery, cursor: string | undefined): UserPlace | undefined {
  if (cursor === undefined) return undefined;
  if ((emailPrefix !== undefined) !== cursor.includes('@')) {
    throw new ValidationFailed('The query parameter cursor must be sent with the same filters as before.');
  }
  return parsePlace(cursor);
}

import {
  byService,
  DomainError,
  InsufficientScope,
  type Origin,
  type User,
  ValidationFailed,
} from '@user-management/domain';
import { adminUserView, importView } from '../answer/admin-views.ts';
import { ndjson, NDJSON_TYPE } from '../answer/answer.ts';
import { problemCode } from '../answer/problem-answer.ts';
import { HttpError } from '../answer/problems.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import type { Services } from '../api/services.ts';
import { inOrder } from '../request/in-order.ts';
import type { Line } from '../request/lines.ts';
import { choice } from '../request/query.ts';
import { validate } from '../request/validation.ts';
import { exportedUser, importResult } from '../schemas/admin-answers.ts';
import { newUser } from '../schemas/admin-requests.ts';
import { addedAs, toNewUser } from './admin.ts';

const importUsers = defineRoute({
  method: 'POST',
  path: '/v1/admin/users/import',
  operationId: 'importUsers',
  summary: 'Import users',
  description:
    'Adds a user for each line of the body, and answers each line with one line, in the same order. Read ' +
    'the answer while you send the body: the service reads no further than its answers are read. A line ' +
    'that fails does not stop the rest. A user whose email is taken stays unchanged, so an import can be ' +
    'repeated.',
  access: 'users:write',
  lines: { schema: newUser, mediaType: NDJSON_TYPE },
  answers: {
    200: { description: 'One result for each line.', schema: importResult, mediaType: NDJSON_TYPE },
  },
  handle: ({ caller, client, lines }, services) => {
    const origin = byService(caller, client);
    return ndjson(inOrder(lines, (line) => importLine(line, origin, services)));
  },
});

async function importLine(line: Line, origin: Origin, { useCases, logger }: Services): Promise<object> {
  try {
    if ('problem' in line) throw line.problem;
    const body = validate(newUser, line.value);
    const { status, id } = await addedAs(body, useCases.importUser(toNewUser(body), origin));
    return { line: line.number, status, user_id: id };
  } catch (error) {
    const code = problemCode(error);
    if (code === 'internal-error')
      logger.error({ err: error, line: line.number }, 'A line of an import failed.');
    return { line: line.number, status: 'failed', code, detail: detailOf(error) };
  }
}

function detailOf(error: unknown): string {
  if (error instanceof ValidationFailed) {
    return error.faults.map(({ path, message }) => `${path.join('.') || 'The line'} ${message}`).join(', ');
  }
  const known = error instanceof DomainError || error instanceof HttpError;
  return known ? error.message : 'An unexpected error. The log of the service has its cause.';
}

const exportUsers = defineRoute({
  method: 'GET',
  path: '/v1/admin/users/export',
  operationId: 'exportUsers',
  summary: 'Export users',
  description:
    'Returns all users, one on each line. With `hashes=true`, each line is what an import takes, with the ' +
    'hash of the password, and the token also needs the scope `users:write`. An answer that ends without ' +
    'its last chunk is not complete.',
  access: 'users:read',
  query: [
    choice({ name: 'hashes', description: 'Whether lines are what an import takes.' }, ['false', 'true']),
  ],
  answers: { 200: { description: 'All users.', schema: exportedUser, mediaType: NDJSON_TYPE } },
  problems: ['validation-failed'],
  handle: ({ caller, query }, { useCases }) => {
    const withHashes = query['hashes'] === 'true';
    if (withHashes && !caller.scopes.includes('users:write')) throw new InsufficientScope('users:write');
    return ndjson(each(useCases.exportUsers(), withHashes ? importView : adminUserView));
  },
});

async function* each(pages: AsyncIterable<readonly User[]>, view: (user: User) => object) {
  for await (const page of pages) yield* page.map(view);
}

export const bulk: RouteGroup = {
  name: 'Import and export',
  description: 'Move many users in and out.',
  routes: [importUsers, exportUsers],
};

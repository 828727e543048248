import { byService, InsufficientScope, type User } from '@user-management/domain';
import { adminUserView, importView } from '../answer/admin-views.ts';
import { ndjson, NDJSON_TYPE } from '../answer/answer.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { inOrder } from '../request/in-order.ts';
import { choice } from '../request/query.ts';
import { exportedUser, importResult } from '../schemas/admin-answers.ts';
import { newUser } from '../schemas/admin-requests.ts';
import { importBatch } from './import-batch.ts';
import { StorePatience } from './store-patience.ts';

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
    const patience = new StorePatience();
    return ndjson(inOrder(lines, (batch) => importBatch(batch, origin, services, patience)));
  },
});

const exportUsers = defineRoute({
  method: 'GET',
  path: '/v1/admin/users/export',
  operationId: 'exportUsers',
  summary: 'Export users',
  description:
    'Returns all users, one on each line. With `hashes=true`, each line is what an import takes, with the ' +
    'hash of the password, and the token also needs the scope `users:write`. An answer that ends without ' +
    'its last chunk is not complete: the store was lost, or users whose records are damaged were left out.',
  access: 'users:read',
  query: [
    choice({ name: 'hashes', description: 'Whether lines are what an import takes.' }, ['false', 'true']),
  ],
  answers: { 200: { description: 'All users.', schema: exportedUser, mediaType: NDJSON_TYPE } },
  problems: ['validation-failed'],
  handle: ({ caller, query }, { useCases }) => {
    const withHashes = query['hashes'] === 'true';
    if (withHashes && !caller.scopes.includes('users:write')) throw new InsufficientScope('users:write');
    return ndjson(views(useCases.exportUsers(), withHashes ? importView : adminUserView));
  },
});

async function* views(pages: AsyncIterable<readonly User[]>, view: (user: User) => object) {
  for await (const page of pages) yield page.map(view);
}

export const bulk: RouteGroup = {
  name: 'Import and export',
  description: 'Move many users in and out.',
  routes: [importUsers, exportUsers],
};

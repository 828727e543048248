import { parseEventId } from '@user-management/domain';
import { activityAnswer, exportAnswer } from '../answer/views.ts';
import { ofOwnUser } from '../api/own-user.ts';
import type { RouteGroup } from '../api/route.ts';
import { type QueryParameter, wholeNumber } from '../request/query.ts';
import { accountExport, activity } from '../schemas/answers.ts';
import { EVENT_ID } from '../schemas/examples.ts';

const limit = wholeNumber(
  { name: 'limit', description: 'The page has at most this number of events.' },
  { min: 1, max: 200, default: 50 },
);

const cursor: QueryParameter = {
  name: 'cursor',
  description: 'The `next_cursor` of the page before.',
  schema: { type: 'string' },
  example: EVENT_ID,
  check: parseEventId,
};

const readActivity = ofOwnUser({
  method: 'GET',
  path: '/activity',
  operationIds: ['readMyActivity', 'readActivity'],
  summary: 'Read what happened',
  description:
    'Returns what happened to the account, the newest first: logins, failed logins, ends of sessions and ' +
    'changes. Wrong passwords within one minute are one event.',
  query: [cursor, limit],
  answers: { 200: { description: 'A page of events.', schema: activity } },
  problems: ['validation-failed'],
  async handle({ caller, query }, { useCases }) {
    const after = query['cursor'] === undefined ? undefined : parseEventId(query['cursor']);
    return activityAnswer(await useCases.readActivity(caller, { limit: Number(query['limit']), after }));
  },
});

const exportAccount = ofOwnUser({
  method: 'GET',
  path: '/export',
  operationIds: ['exportMe', 'exportUser'],
  summary: 'Export the account',
  description:
    'Returns what the service holds about the user: the user, the sessions and what happened. It has no ' +
    'secrets, so nobody can log in with it. It has at most the 10,000 newest events.',
  answers: {
    200: {
      description: 'The account, as a file.',
      schema: accountExport,
      headers: ['Content-Disposition'],
    },
  },
  handle: async ({ caller }, { useCases }) =>
    exportAnswer(await useCases.exportAccount(caller), caller.record.sessionId),
});

export const accountData: RouteGroup = {
  name: 'Account data',
  description: 'See what happened to the own account, and take its data along.',
  routes: [...readActivity, ...exportAccount],
};

import { eventsAnswer, exportAnswer } from '../answer/views.ts';
import { ofOwnUser } from '../api/own-user.ts';
import type { RouteGroup } from '../api/route.ts';
import { eventCursor, eventLimit, pageIn } from '../request/event-page.ts';
import { accountExport, activity } from '../schemas/answers.ts';

const readActivity = ofOwnUser({
  method: 'GET',
  path: '/activity',
  operationIds: ['readMyActivity', 'readActivity'],
  summary: 'Read what happened',
  description:
    'Returns what happened to the account, the newest first: logins, failed logins, ends of sessions and ' +
    'changes. Wrong passwords within one minute are one event.',
  query: [eventCursor, eventLimit],
  answers: { 200: { description: 'A page of events.', schema: activity } },
  problems: ['validation-failed'],
  handle: async ({ caller, query }, { useCases }) =>
    eventsAnswer(await useCases.readActivity(caller, pageIn(query))),
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

import { parseSessionId, SessionNotFound, ValidationFailed } from '@user-management/domain';
import { noContent } from '../answer/answer.ts';
import { sessionsAnswer } from '../answer/views.ts';
import { ofOwnUser } from '../api/own-user.ts';
import type { RouteGroup } from '../api/route.ts';
import { choice } from '../request/query.ts';
import { sessions as sessionList } from '../schemas/answers.ts';

const listSessions = ofOwnUser({
  method: 'GET',
  path: '/sessions',
  operationIds: ['listMySessions', 'listSessions'],
  summary: 'List the sessions',
  description: 'Returns the sessions of the user that are alive, the last seen first.',
  answers: { 200: { description: 'The sessions.', schema: sessionList } },
  handle: async ({ caller }, { useCases }) =>
    sessionsAnswer(await useCases.listSessions(caller), caller.record.sessionId),
});

const endSession = ofOwnUser({
  method: 'DELETE',
  path: '/sessions/{session_id}',
  operationIds: ['endMySession', 'endSession'],
  summary: 'End a session',
  description: 'Ends one session of the user with its tokens, at once and on every replica.',
  answers: { 204: { description: 'The session is over. The answer has no content.' } },
  problems: ['not-found'],
  async handle({ caller, params }, { useCases }) {
    await useCases.endSession(caller, sessionIdIn(params['session_id']));
    return noContent;
  },
});

const endSessions = ofOwnUser({
  method: 'DELETE',
  path: '/sessions',
  operationIds: ['endMySessions', 'endSessions'],
  summary: 'End all other sessions',
  description: 'Ends every session of the user except the one of the request, at once and on every replica.',
  query: [
    choice({ name: 'all', description: '`true` ends the session of the request as well.' }, [
      'false',
      'true',
    ]),
  ],
  answers: { 204: { description: 'The sessions are over. The answer has no content.' } },
  problems: ['validation-failed'],
  async handle({ caller, query }, { useCases }) {
    await useCases.logOutEverywhere(caller, query['all'] === 'true' ? 'none' : 'this');
    return noContent;
  },
});

/** An impossible id is the id of a session that never was. */
function sessionIdIn(input: string | undefined) {
  try {
    return parseSessionId(input);
  } catch (error) {
    throw error instanceof ValidationFailed ? new SessionNotFound() : error;
  }
}

export const sessions: RouteGroup = {
  name: 'Sessions',
  description: 'See where the own user is logged in, and end sessions.',
  routes: [...listSessions, ...endSession, ...endSessions],
};

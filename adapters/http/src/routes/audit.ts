import {
  EVENT_TYPES,
  type EventType,
  parseInstant,
  parseUserId,
  USER_ID_PATTERN,
  ValidationFailed,
} from '@user-management/domain';
import { eventsAnswer } from '../answer/views.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { eventCursor, eventLimit, pageIn } from '../request/event-page.ts';
import type { QueryParameter } from '../request/query.ts';
import { eventList } from '../schemas/answers.ts';
import { LOGGED_IN_AT, USER_ID } from '../schemas/examples.ts';

const userId: QueryParameter = {
  name: 'user_id',
  description: 'Only events of this user. A user who was deleted has events as well.',
  schema: { type: 'string', pattern: USER_ID_PATTERN.source },
  example: USER_ID,
  check: parseUserId,
};

const type: QueryParameter = {
  name: 'type',
  description: 'Only events of this type.',
  schema: { type: 'string', enum: EVENT_TYPES },
  example: 'session.started',
  check: parseKnownType,
};

const after: QueryParameter = {
  name: 'after',
  description: 'Only events after this time.',
  schema: { type: 'string', format: 'date-time' },
  example: LOGGED_IN_AT,
  check: parseInstant,
};

const listEvents = defineRoute({
  method: 'GET',
  path: '/v1/admin/audit',
  operationId: 'listEvents',
  summary: 'List what happened',
  description:
    'Returns the events of all users, the newest first. A page may have fewer events than `limit`, or ' +
    'none, and still have a `next_cursor`: each page does a bounded amount of work.',
  access: 'audit:read',
  query: [userId, type, after, eventCursor, eventLimit],
  answers: { 200: { description: 'A page of events.', schema: eventList } },
  problems: ['validation-failed', 'dependency-unavailable'],
  handle: async ({ query }, { useCases }) => {
    const filter = {
      user: optional(parseUserId, query['user_id']),
      type: optional(parseKnownType, query['type']),
      after: optional(parseInstant, query['after']),
    };
    return eventsAnswer(await useCases.listEvents(filter, pageIn(query)));
  },
});

export const audit: RouteGroup = {
  name: 'Audit',
  description: 'What happened to all accounts, for operators.',
  routes: [listEvents],
};

/** A type that does not exist is a mistake, and not a list without events. */
function parseKnownType(input: string): EventType {
  const known = EVENT_TYPES.find((one) => one === input);
  if (known) return known;
  throw new ValidationFailed(`must be one of ${EVENT_TYPES.join(', ')}`);
}

const optional = <T>(parse: (input: string) => T, value: string | undefined): T | undefined =>
  value === undefined ? undefined : parse(value);

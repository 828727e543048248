import { type EventId, parseEventId } from '@user-management/domain';
import { type Query, type QueryParameter, wholeNumber } from './query.ts';

export const eventLimit = wholeNumber(
  { name: 'limit', description: 'The page has at most this number of events.' },
  { min: 1, max: 200, default: 50 },
);

export const eventCursor: QueryParameter = {
  name: 'cursor',
  description: 'The `next_cursor` of the page before.',
  schema: { type: 'string' },
  example: 'evt_019c136349c070008000000000000ada',
  check: parseEventId,
};

/** The page that these two parameters ask for. */
export const pageIn = ({ limit, cursor }: Query): { limit: number; after: EventId | undefined } => ({
  limit: Number(limit),
  after: cursor === undefined ? undefined : parseEventId(cursor),
});

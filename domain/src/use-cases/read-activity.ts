import type { EventId } from '../model/event.ts';
import type { UserId } from '../model/user-id.ts';
import type { EventFilter, EventLog, EventPage } from '../ports/event-log.ts';
import type { Caller } from './authenticate.ts';

interface Page {
  /** From 1. */
  readonly limit: number;
  /** The last event of the page before. */
  readonly after?: EventId | undefined;
}

/** What happened to the caller's account. @throws {DependencyUnavailable} */
export const readActivity =
  ({ events }: { events: EventLog }) =>
  ({ user }: Pick<Caller, 'user'>, page: Page): Promise<EventPage> =>
    readPage(events, user.id, page);

/** What happened to all accounts, for operators. @throws {DependencyUnavailable} */
export const listEvents =
  ({ events }: { events: EventLog }) =>
  (filter: EventFilter, { limit, after }: Page): Promise<EventPage> =>
    events.list(filter, limit, after);

export async function readPage(events: EventLog, user: UserId, { limit, after }: Page): Promise<EventPage> {
  const found = await events.ofUser(user, limit + 1, after);
  const page = found.slice(0, limit);
  return { events: page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
}

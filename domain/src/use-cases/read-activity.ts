import type { Event, EventId } from '../model/event.ts';
import type { UserId } from '../model/user-id.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Caller } from './authenticate.ts';

export interface ActivityPage {
  /** The newest first. */
  readonly events: readonly Event[];
  /** The last event of the page, if there are more after it. */
  readonly next: EventId | null;
}

interface Page {
  /** From 1. */
  readonly limit: number;
  /** The last event of the page before. */
  readonly after?: EventId | undefined;
}

/** What happened to the caller's account. @throws {DependencyUnavailable} */
export const readActivity =
  ({ events }: { events: EventLog }) =>
  ({ user }: Pick<Caller, 'user'>, page: Page): Promise<ActivityPage> =>
    readPage(events, user.id, page);

export async function readPage(
  events: EventLog,
  user: UserId,
  { limit, after }: Page,
): Promise<ActivityPage> {
  const found = await events.ofUser(user, limit + 1, after);
  const page = found.slice(0, limit);
  return { events: page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
}

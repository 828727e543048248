import type { Event } from '../model/event.ts';
import type { Session, SessionPolicy } from '../model/session.ts';
import type { User } from '../model/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { aliveSessions } from './alive-sessions.ts';
import type { Caller } from './authenticate.ts';
import { readPage } from './read-activity.ts';

interface Ports {
  users: UserRepository;
  sessions: SessionRepository;
  events: EventLog;
  clock: Clock;
  policy: SessionPolicy;
}

/** Everything that the service holds about a user, except secrets and their digests. */
export interface AccountExport {
  readonly user: User;
  readonly sessions: readonly Session[];
  /** The newest first. */
  readonly activity: readonly Event[];
}

const PAGE = 200;

/** Bounds the memory of an export. The newest events are in it. A script, not a person, has more. */
const MOST_EXPORTED_EVENTS = 10_000;

/** @throws {DependencyUnavailable} */
export const exportAccount =
  (ports: Ports) =>
  async ({ user }: Pick<Caller, 'user'>): Promise<AccountExport> => {
    const sessions = await aliveSessions(ports, user);
    const activity: Event[] = [];
    let after: Event['id'] | undefined;
    do {
      const page = await readPage(ports.events, user.id, { limit: PAGE, after });
      activity.push(...page.events);
      after = page.next ?? undefined;
    } while (after && activity.length < MOST_EXPORTED_EVENTS);
    return { user, sessions, activity };
  };

import { type Event, type Origin, summaryId } from '../model/event.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { UserId } from '../model/user-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Logger } from '../ports/logger.ts';
import type { Secrets } from '../ports/secrets.ts';

interface Ports {
  events: EventLog;
  secrets: Secrets;
  clock: Clock;
  logger: Logger;
}

export type NoteFailure = (user: UserId, origin: Origin) => void;

/**
 * One event stands for all wrong passwords of this time, so that an attack does not fill the store. It has
 * the origin of the first, and the time at which the summary starts.
 */
const SUMMED_UP_MS = 60_000;

/**
 * Notes that somebody gave a wrong password for a user. The answer does not wait for it: otherwise its time
 * would tell that the user exists.
 */
export const noteFailure =
  ({ events, secrets, clock, logger }: Ports): NoteFailure =>
  (userId, origin) => {
    const now = clock.now();
    const time = (now - (now % SUMMED_UP_MS)) as Timestamp;
    const id = summaryId(time, secrets.digest(`login.failed ${userId} ${time}`));
    const event: Event = { id, type: 'login.failed', time, userId, ...origin };
    events.append(event).catch((err: unknown) => {
      logger.warn({ err, user_id: userId }, 'A failed login could not be recorded.');
    });
  };

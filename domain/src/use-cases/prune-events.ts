import type { Timestamp } from '../model/timestamp.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';

interface Ports {
  events: EventLog;
  clock: Clock;
  /** How long events are kept, in days. */
  auditRetentionDays: number;
}

/** Events that one statement removes. */
const BATCH = 500;

const DAY_MS = 86_400_000;

/**
 * Removes events that are older than the retention. Replicas may do it at the same time.
 * @returns how many it removed. @throws {DependencyUnavailable}
 */
export const pruneEvents =
  ({ events, clock, auditRetentionDays }: Ports) =>
  async (): Promise<number> => {
    const before = Math.max(0, clock.now() - auditRetentionDays * DAY_MS) as Timestamp;
    let removed = 0;
    for (;;) {
      const batch = await events.prune(before, BATCH);
      removed += batch;
      if (batch < BATCH) return removed;
    }
  };

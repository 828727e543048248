import type { Timestamp } from '../model/timestamp.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import { inBatches } from './in-batches.ts';

interface Ports {
  events: EventLog;
  clock: Clock;
  /** How long events are kept, in days. */
  auditRetentionDays: number;
}

const DAY_MS = 86_400_000;

/**
 * Removes events that are older than the retention. Replicas may do it at the same time.
 * @returns how many it removed. @throws {DependencyUnavailable}
 */
export const pruneEvents =
  ({ events, clock, auditRetentionDays }: Ports) =>
  (): Promise<number> => {
    const before = Math.max(0, clock.now() - auditRetentionDays * DAY_MS) as Timestamp;
    return inBatches((limit) => events.prune(before, limit));
  };

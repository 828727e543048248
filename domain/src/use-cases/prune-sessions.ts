import type { Timestamp } from '../model/timestamp.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import { inBatches } from './in-batches.ts';

interface Ports {
  sessions: SessionRepository;
  clock: Clock;
}

/** Sessions that are over stay for a day, so that ending one again still gets the same answer. */
const KEPT_MS = 86_400_000;

/**
 * Removes sessions that were over a day ago. Replicas may do it at the same time.
 * @returns how many it removed. @throws {DependencyUnavailable}
 */
export const pruneSessions =
  ({ sessions, clock }: Ports) =>
  (): Promise<number> => {
    const before = Math.max(0, clock.now() - KEPT_MS) as Timestamp;
    return inBatches((limit) => sessions.prune(before, limit));
  };

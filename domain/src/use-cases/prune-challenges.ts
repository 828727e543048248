import type { ChallengeRepository } from '../ports/challenge-repository.ts';
import type { Clock } from '../ports/clock.ts';

interface Ports {
  challenges: ChallengeRepository;
  clock: Clock;
}

/** Challenges that one statement removes. */
const BATCH = 500;

/**
 * Removes challenges that have expired. Replicas may do it at the same time.
 * @returns how many it removed. @throws {DependencyUnavailable}
 */
export const pruneChallenges =
  ({ challenges, clock }: Ports) =>
  async (): Promise<number> => {
    let removed = 0;
    for (;;) {
      const batch = await challenges.prune(clock.now(), BATCH);
      removed += batch;
      if (batch < BATCH) return removed;
    }
  };

import type { ChallengeRepository } from '../ports/challenge-repository.ts';
import type { Clock } from '../ports/clock.ts';
import { inBatches } from './in-batches.ts';

interface Ports {
  challenges: ChallengeRepository;
  clock: Clock;
}

/**
 * Removes challenges that have expired. Replicas may do it at the same time.
 * @returns how many it removed. @throws {DependencyUnavailable}
 */
export const pruneChallenges =
  ({ challenges, clock }: Ports) =>
  (): Promise<number> =>
    inBatches((limit) => challenges.prune(clock.now(), limit));

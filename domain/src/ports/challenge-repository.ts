import type { Challenge } from '../model/challenge.ts';
import type { Digest } from '../model/digest.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { UserId } from '../model/user-id.ts';
import type { Effects } from './event-log.ts';

/**
 * Stores challenges where the users are stored. Every implementation passes `describeChallengeRepository`.
 *
 * A write is acknowledged when its promise is fulfilled, and every read that starts later sees it. All
 * methods throw {DependencyUnavailable} when the store cannot be reached or does not answer in time. A write
 * may or may not have happened then.
 */
export interface ChallengeRepository {
  /**
   * Stores the challenge and the effects. It replaces the challenge of the same `place`: that one is not
   * found any more. When several are issued at once, one stays.
   */
  issue(challenge: Challenge, effects?: Effects): Promise<void>;
  /** A challenge that has expired may be gone. */
  find(id: Digest): Promise<Challenge | undefined>;
  /**
   * The challenges of the user, in any order. One that has expired may be gone. A damaged one is left out:
   * nobody can use it.
   */
  ofUser(user: UserId): Promise<readonly Challenge[]>;
  /**
   * Applies `change` atomically and returns the stored challenge, or `undefined` when there is none. `change`
   * may run more than once, so it must be pure. It returns the next version, or its argument to change
   * nothing.
   */
  update(id: Digest, change: (challenge: Challenge) => Challenge): Promise<Challenge | undefined>;
  /** Removes the challenge. Idempotent. */
  remove(id: Digest): Promise<void>;
  /** Removes every challenge of the user. Idempotent. */
  removeOf(user: UserId): Promise<void>;
  /**
   * Removes at most `limit` challenges that expired before `before`, and returns how many it removed. A store
   * that removes them by itself has nothing to do.
   */
  prune(before: Timestamp, limit: number): Promise<number>;
}

import type { Session } from '../model/session.ts';
import type { SessionId } from '../model/session-id.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';

/**
 * Stores sessions where the users are stored, as durably. Every implementation passes
 * `describeSessionRepository`.
 *
 * A write is acknowledged when its promise is fulfilled, and every read that starts later sees it. All
 * methods throw {DependencyUnavailable} when the store cannot be reached or does not answer in time. A write
 * may or may not have happened then.
 */
export interface SessionRepository {
  /** The id is new. */
  add(session: Session): Promise<void>;
  find(id: SessionId): Promise<Session | undefined>;
  /**
   * Applies `change` atomically and returns the stored session, or `undefined` when there is none. `change`
   * may run more than once, so it must be pure. It returns the next version, or its argument to change
   * nothing.
   */
  update(id: SessionId, change: (session: Session) => Session): Promise<Session | undefined>;
  /**
   * At most `limit` sessions of the user that are neither over at `now` nor revoked by the user's epoch, the
   * last seen first.
   */
  alive(user: Pick<User, 'id' | 'revocations'>, now: Timestamp, limit: number): Promise<readonly Session[]>;
  /** Removes at most `limit` sessions of the user, and returns them. An empty answer: the user has none. */
  removeOf(user: UserId, limit: number): Promise<readonly Session[]>;
  /**
   * Removes at most `limit` sessions that ended or expired before `before`, and returns how many it removed.
   * Replicas may do this at the same time.
   */
  prune(before: Timestamp, limit: number): Promise<number>;
}

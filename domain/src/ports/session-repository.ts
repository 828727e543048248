import type { Session } from '../model/session.ts';
import type { SessionId } from '../model/session-id.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { Effects } from './event-log.ts';

/**
 * Stores sessions where the users are stored, as durably. Every implementation passes
 * `describeSessionRepository`.
 *
 * A write is acknowledged when its promise is fulfilled, and every read that starts later sees it. All
 * methods throw {DependencyUnavailable} when the store cannot be reached or does not answer in time. A write
 * may or may not have happened then. What reads or changes one session that is damaged throws {Damaged}.
 */
export interface SessionRepository {
  /** Adds the session, whose id is new, and the effects. */
  add(session: Session, effects?: Effects): Promise<void>;
  find(id: SessionId): Promise<Session | undefined>;
  /** Whether there is such a session of the user. It may be over, and damaged. */
  has(user: UserId, id: SessionId): Promise<boolean>;
  /**
   * Applies `change` atomically and returns the stored session, or `undefined` when there is none. `change`
   * may run more than once, so it must be pure. It returns the next version, or its argument to change
   * nothing. The effects are written with a change, and only with one.
   * @param known what the caller has read. It may be stale, and only saves the store from reading it again:
   * `change` may run with it first.
   */
  update(
    id: SessionId,
    change: (session: Session) => Session,
    effects?: Effects,
    known?: Session,
  ): Promise<Session | undefined>;
  /**
   * The sessions of the user that are neither over at `now` nor revoked by the user, the last seen first: at
   * most `limit`, after the first `skip`. A damaged session is left out and reported, because it must not
   * hide the others.
   */
  alive(
    user: Pick<User, 'id' | 'revocations'>,
    now: Timestamp,
    limit: number,
    skip?: number,
  ): Promise<readonly Session[]>;
  /**
   * Removes at most `limit` sessions of the user, and returns them. An empty answer: the user has none.
   * A damaged session is removed too, unseen, because it must not keep its user from being deleted.
   * @param before runs first, with the sessions. It removes none that has changed since, so `before` has seen
   * what it removes. `before` may run more than once. What it throws is rethrown, and nothing is removed.
   */
  removeOf(
    user: UserId,
    limit: number,
    before?: (sessions: readonly Session[]) => Promise<void>,
  ): Promise<readonly Session[]>;
  /**
   * Removes at most `limit` sessions that ended or expired before `before`, and returns how many it removed.
   * Replicas may do this at the same time.
   */
  prune(before: Timestamp, limit: number): Promise<number>;
}

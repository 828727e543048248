import type { Email } from '../model/email.ts';
import type { User, UserId } from '../model/user.ts';

/**
 * Where users live for good. Every implementation passes `describeUserRepository`.
 *
 * A write is acknowledged (its promise fulfilled) only when it is as durable as the store promises to be, and every
 * read that starts afterwards sees it. All throw {DependencyUnavailable} when the store cannot be reached or
 * does not answer in time; then a write may or may not have happened.
 */
export interface UserRepository {
  /** Names this set of users: the same for every repository over the same data, so that a shared cache does not mix two sets. */
  readonly dataset: string;
  findById(id: UserId): Promise<User | undefined>;
  findByEmail(email: Email): Promise<User | undefined>;
  /** @throws {EmailTaken} when another user holds the email; then nothing is written. Of any number of racing adds one wins. */
  add(user: User): Promise<void>;
  /**
   * Applies `change` atomically and gives what was stored. `change` may run more than once, so it must be pure; it makes the
   * next version, or returns its argument to change nothing. What it throws is thrown on and nothing is written.
   * @throws {UserNotFound}
   */
  update(id: UserId, change: (user: User) => User): Promise<User>;
  /** Ids of at most `limit` users, the most recently active first (`lastActive`). */
  mostRecentlyActive(limit: number): Promise<readonly UserId[]>;
}

import type { Email } from '../model/email.ts';
import type { Removal, User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { UserFilter, UserPage, UserPlace } from '../model/user-list.ts';
import type { Effects } from './event-log.ts';

/** A user to be added, and the effects, which are about this user. */
export interface Addition {
  readonly user: User;
  readonly effects?: Effects | undefined;
}

/**
 * Stores users durably. Every implementation passes `describeUserRepository`.
 *
 * A write is acknowledged when its promise is fulfilled. By then it is as durable as the store promises, and
 * every read that starts later sees it. All methods throw {DependencyUnavailable} when the store cannot be
 * reached or does not answer in time. A write may or may not have happened then. What reads or changes a user
 * whose record is damaged throws {Damaged}.
 */
export interface UserRepository {
  /**
   * Identifies the data: repositories over the same data have the same value. It keeps a shared cache apart.
   */
  readonly dataset: string;
  findById(id: UserId): Promise<User | undefined>;
  /**
   * @param allowed the user is looked up once it is fulfilled. Before, only a cache is asked which id belongs
   * to the email. What it throws is rethrown, and nobody is looked up.
   */
  findByEmail(email: Email, allowed?: Promise<unknown>): Promise<User | undefined>;
  /**
   * The ids of those who hold these emails, in few round trips, damaged users as well. An email that is free
   * is not in the map.
   */
  idsByEmail(emails: readonly Email[]): Promise<ReadonlyMap<Email, UserId>>;
  /**
   * Adds the user and the effects. Exactly one of several racing adds and updates to one email wins.
   * @throws {EmailTaken} and writes nothing.
   */
  add(user: User, effects?: Effects): Promise<void>;
  /**
   * Adds many users, as `add` adds each of them, in few round trips. Each user and the effects are written
   * together or not at all, whatever becomes of the others. When several have one email, one is added.
   * @returns for each, in the same order, whether the user was added: `false` where the email is taken.
   * @throws {DependencyUnavailable} Then each of them may or may not have been added.
   */
  addAll(additions: readonly Addition[]): Promise<readonly boolean[]>;
  /**
   * Applies `change` atomically and returns the stored user. `change` may run more than once, so it must be
   * pure. It returns the next version, or its argument to change nothing. What it throws is rethrown, and
   * nothing is written. The effects are written with a change, and only with one.
   *
   * The next version may have another email. Exactly one of several racing adds and updates to that email
   * wins. Once the update is acknowledged, `findByEmail` finds the user by the new email only, and the old
   * email is free.
   * @param known what the caller has read. It may be stale, and only saves the store from reading it again:
   * `change` may run with it first.
   * @throws {UserNotFound}
   * @throws {EmailTaken} and writes nothing.
   */
  update(id: UserId, change: (user: User) => User, effects?: Effects, known?: User): Promise<User>;
  /**
   * Removes the user for good and frees the email, also if it has changed since, and if the record is
   * damaged. Idempotent.
   */
  remove(user: Removal): Promise<void>;
  /**
   * A page of the users that the filter takes, `limit` at most, from the first after `after` on. They are in
   * the order of their ids, or in a list by prefix in the order of their emails. A store bounds the work for
   * a page, so a page may have less users than `limit`, even none, and still have a `next`. A damaged user is
   * named only, because the user must not hide the others.
   *
   * Users who come and go move no other user: who is there from the first page to the last is on one page,
   * once. In a list by prefix that holds for those who keep their email.
   */
  list(filter: UserFilter, limit: number, after?: UserPlace): Promise<UserPage>;
  /** At most `limit` users whose status is `deleting`: somebody began to delete them, and may have died. */
  beingDeleted(limit: number): Promise<readonly UserId[]>;
  /**
   * The ids of at most `limit` users, the most recently active (`lastActive`) first. A login may change the
   * order a moment after it is saved.
   */
  mostRecentlyActive(limit: number): Promise<readonly UserId[]>;
}

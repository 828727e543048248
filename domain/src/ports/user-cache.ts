import type { Email } from '../model/email.ts';
import type { User, UserId } from '../model/user.ts';

/**
 * The right to put one user into the cache, given out before the store is read or written. Whatever may make the
 * value outdated revokes it, so that a fill that comes too late is refused instead of overwriting something newer.
 * (The idea is that of Nishtala et al., Scaling Memcache at Facebook, NSDI 2013, 3.2.1.)
 */
export interface Lease {
  /** Two equal tokens mean that no write to the user was acknowledged between the moments when they were given out. */
  readonly token: string;
  /** `write`: a writer is at work, and only that writer may fill. */
  readonly kind: 'read' | 'write';
}

/**
 * A shared cache of users with an expiry, which every replica sees the same. It may lose any entry and any lease at any
 * time, and it must then refuse fills rather than accept outdated ones. Every implementation passes `describeUserCache`.
 *
 * All throw {DependencyUnavailable} when the cache cannot be reached or does not answer in time.
 */
export interface UserCache {
  find(id: UserId): Promise<User | undefined>;
  /** A hint: the user found under the id may have another email, or be gone. */
  findIdByEmail(email: Email): Promise<UserId | undefined>;

  /** The lease in force for the user; makes a `read` lease when there is none. To be called before the store is read. */
  lease(id: UserId): Promise<Lease>;
  /** Stores the user if its `read` lease is still in force, otherwise does nothing. */
  fill(user: User, lease: Lease): Promise<void>;

  /** Removes the user, revokes every lease and gives the writer one. To be called before the store is written. */
  beginWrite(id: UserId): Promise<Lease>;
  /**
   * Ends what `beginWrite` began: stores `user`, what the store now holds, if the lease is still in force; otherwise removes
   * whatever is there and revokes every lease. Once it is fulfilled, no older version is found or can be filled in.
   */
  endWrite(user: User, lease: Lease): Promise<void>;
  /** Ends it after the store refused the write: revokes the lease and stores nothing. */
  abandonWrite(id: UserId, lease: Lease): Promise<void>;
}

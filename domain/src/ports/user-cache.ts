import type { Email } from '../model/email.ts';
import type { Removal, User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';

/**
 * The right to put one user into the cache. A caller gets it before it reads or writes the store. Every event
 * that may make the value stale revokes the lease, so the cache refuses a late fill and keeps the newer
 * value. (Nishtala et al., Scaling Memcache at Facebook, NSDI 2013, 3.2.1.)
 */
export interface Lease {
  /** Two leases with equal tokens: no write to the user was acknowledged between them. */
  readonly token: string;
  /** `write`: a write is in flight, and only its writer may fill. */
  readonly kind: 'read' | 'write';
}

/**
 * A cache of users that all replicas share. Entries expire. It may lose any entry and any lease at any time.
 * It must then refuse fills, because they may be stale. Every implementation passes `describeUserCache`.
 *
 * All methods throw {DependencyUnavailable} when the cache cannot be reached or does not answer in time.
 */
export interface UserCache {
  find(id: UserId): Promise<User | undefined>;
  /** A hint: the user with this id may have another email by now, or may be gone. */
  findIdByEmail(email: Email): Promise<UserId | undefined>;

  /** The user's lease in force, or a new `read` lease. Call it before reading the store. */
  lease(id: UserId): Promise<Lease>;
  /** Stores the user if the `read` lease is still in force. Otherwise it does nothing. */
  fill(user: User, lease: Lease): Promise<void>;

  /** Removes the user, revokes every lease and returns a `write` lease. Call it before writing the store. */
  beginWrite(id: UserId): Promise<Lease>;
  /**
   * Ends what `beginWrite` began. If the lease is still in force, it stores `user`, which the user store now
   * holds. Otherwise it removes the entry and revokes every lease. Afterwards no older version can be found
   * or filled in.
   */
  endWrite(user: User, lease: Lease): Promise<void>;
  /** Ends a write that the user store refused: revokes the lease and stores nothing. */
  abandonWrite(id: UserId, lease: Lease): Promise<void>;
  /**
   * Removes the user and the hint of the email, and revokes every lease. Nobody fills the cache until
   * `endRemoval`, or until the lease of the removal expires. Call it before the user store removes the user.
   */
  beginRemoval(user: Removal): Promise<void>;
  /** Ends the removal of a user: revokes every lease, and removes the user and the hint of the email. */
  endRemoval(user: Removal): Promise<void>;
}

import type { Email } from '../model/email.ts';
import { DependencyUnavailable } from '../model/errors.ts';
import type { Lease, UserCache } from '../ports/user-cache.ts';
import type { Removal, User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';

/** A cache that can be told that it may have missed writes: it never returns an entry from before that. */
export interface DistrustableUserCache extends UserCache {
  distrust(): void;
}

/**
 * Development's cache: it uses the primary while that answers, and the standby while it does not. Neither
 * learns of writes through the other, so both forget their entries whenever the primary fails. A lease of one
 * is worth nothing to the other.
 *
 * It serves one process: other processes on the same primary do not see its standby.
 */
export class StandbyUserCache implements UserCache {
  readonly #primary: DistrustableUserCache;
  readonly #standby: DistrustableUserCache;
  #onStandby = false;

  constructor(primary: DistrustableUserCache, standby: DistrustableUserCache) {
    this.#primary = primary;
    this.#standby = standby;
    // The standby of an earlier process may have taken writes, and it ended with that process.
    primary.distrust();
  }

  find(id: UserId): Promise<User | undefined> {
    return this.#ask((cache) => cache.find(id));
  }

  findIdByEmail(email: Email): Promise<UserId | undefined> {
    return this.#ask((cache) => cache.findIdByEmail(email));
  }

  lease(id: UserId): Promise<Lease> {
    return this.#ask((cache) => cache.lease(id));
  }

  fill(user: User, lease: Lease): Promise<void> {
    return this.#ask((cache) => cache.fill(user, lease));
  }

  beginWrite(id: UserId): Promise<Lease> {
    return this.#ask((cache) => cache.beginWrite(id));
  }

  endWrite(user: User, lease: Lease): Promise<void> {
    return this.#ask((cache) => cache.endWrite(user, lease));
  }

  abandonWrite(id: UserId, lease: Lease): Promise<void> {
    return this.#ask((cache) => cache.abandonWrite(id, lease));
  }

  beginRemoval(user: Removal): Promise<void> {
    return this.#ask((cache) => cache.beginRemoval(user));
  }

  endRemoval(user: Removal): Promise<void> {
    return this.#ask((cache) => cache.endRemoval(user));
  }

  async #ask<T>(question: (cache: UserCache) => Promise<T>): Promise<T> {
    try {
      const answer = await question(this.#primary);
      this.#onStandby = false;
      return answer;
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
    }
    this.#primary.distrust();
    if (!this.#onStandby) this.#standby.distrust();
    this.#onStandby = true;
    return question(this.#standby);
  }
}

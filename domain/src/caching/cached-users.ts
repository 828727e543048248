import type { Email } from '../model/email.ts';
import { DependencyUnavailable, DomainError, unlessUnavailable } from '../model/errors.ts';
import type { Lease, UserCache } from '../ports/user-cache.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { User, UserId } from '../model/user.ts';

/**
 * A repository that answers from a cache and keeps one promise: once a write is acknowledged, no read through
 * any replica gives an older version of that user. How, and where the promise ends: docs/cache.md.
 *
 * Reads ask the cache, then the store, and fill the cache under a lease that they got *before* they read the store. Writes take every lease
 * away before they touch the store and again before they are acknowledged.
 */
export class CachedUsers implements UserRepository {
  readonly #store: UserRepository;
  readonly #cache: UserCache;
  /** Store reads under way, by the lease they began under: whoever gets the same lease may share the read. */
  readonly #reads = new Map<string, Promise<User | undefined>>();

  constructor(store: UserRepository, cache: UserCache) {
    this.#store = store;
    this.#cache = cache;
  }

  get dataset(): string {
    return this.#store.dataset;
  }

  async findById(id: UserId): Promise<User | undefined> {
    let lease: Lease;
    try {
      const cached = await this.#cache.find(id);
      if (cached) return cached;
      lease = await this.#cache.lease(id);
    } catch (error) {
      // The store is the truth, so without the cache an answer takes longer and is no less right.
      if (error instanceof DependencyUnavailable) return this.#store.findById(id);
      throw error;
    }
    return this.#readOnce(id, lease);
  }

  async findByEmail(email: Email): Promise<User | undefined> {
    const hint = await unlessUnavailable(this.#cache.findIdByEmail(email));
    const cached = hint?.value && (await this.findById(hint.value));
    if (cached?.email === email) return cached;
    const stored = await this.#store.findByEmail(email);
    // Once more by id: that fills the cache under a lease, which this read by email did not have.
    return stored && this.findById(stored.id);
  }

  async add(user: User): Promise<void> {
    await this.#write(user.id, async () => {
      await this.#store.add(user);
      return user;
    });
  }

  update(id: UserId, change: (user: User) => User): Promise<User> {
    return this.#write(id, () => this.#store.update(id, change));
  }

  mostRecentlyActive(limit: number): Promise<readonly UserId[]> {
    return this.#store.mostRecentlyActive(limit);
  }

  /**
   * One store read for everybody who misses together. Sharing it is safe: the lease is still the same when the late-comer asks,
   * so no write was acknowledged since the read began, and what it finds is not older than what the late-comer may see.
   */
  #readOnce(id: UserId, lease: Lease): Promise<User | undefined> {
    const shared = this.#reads.get(lease.token);
    if (shared) return shared;
    const read = this.#readAndFill(id, lease).finally(() => this.#reads.delete(lease.token));
    this.#reads.set(lease.token, read);
    return read;
  }

  async #readAndFill(id: UserId, lease: Lease): Promise<User | undefined> {
    const user = await this.#store.findById(id);
    if (user && lease.kind === 'read') await unlessUnavailable(this.#cache.fill(user, lease));
    return user;
  }

  async #write(id: UserId, write: () => Promise<User>): Promise<User> {
    // A cache that cannot be told may go on giving the old version to others: then nothing is written at all.
    const lease = await this.#cache.beginWrite(id);
    let user: User;
    try {
      user = await write();
    } catch (error) {
      // After a clear refusal the lease goes; after a failure that may yet turn out to be a success it stays until it expires,
      // so that nobody caches what the store held before.
      if (isRefusal(error)) await unlessUnavailable(this.#cache.abandonWrite(id, lease));
      throw error;
    }
    await this.#cache.endWrite(user, lease);
    return user;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError && !(error instanceof DependencyUnavailable);

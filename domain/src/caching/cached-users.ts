import type { Email } from '../model/email.ts';
import { DependencyUnavailable, DomainError, unlessUnavailable } from '../model/errors.ts';
import type { Effects } from '../ports/event-log.ts';
import type { Lease, UserCache } from '../ports/user-cache.ts';
import type { Addition, UserRepository } from '../ports/user-repository.ts';
import type { Removal, User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { UserFilter, UserPage, UserPlace } from '../model/user-list.ts';

/**
 * A repository that answers from a cache. Its promise: after a write is acknowledged, no read through any
 * replica returns an older version of that user. docs/cache.md explains the proof and the limits.
 *
 * A read asks the cache, then the store. It fills the cache under a lease that it got *before* it read the
 * store. A write revokes every lease before it touches the store, and again before it is acknowledged.
 */
export class CachedUsers implements UserRepository {
  readonly #store: UserRepository;
  readonly #cache: UserCache;
  /** In-flight store reads by lease: a reader with the same lease may share the read. */
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
      // The store is the truth: without the cache the answer is slower, and still correct.
      if (error instanceof DependencyUnavailable) return this.#store.findById(id);
      throw error;
    }
    return this.#readOnce(id, lease);
  }

  async findByEmail(email: Email, allowed?: Promise<unknown>): Promise<User | undefined> {
    const [hint] = await Promise.all([unlessUnavailable(this.#cache.findIdByEmail(email)), allowed]);
    const cached = hint?.value && (await this.findById(hint.value));
    // A fill needs a lease, and so an id, before the store is read. A login fills the cache when it writes.
    return cached?.email === email ? cached : this.#store.findByEmail(email);
  }

  /** Past the cache: bulk work must not fill it. */
  idsByEmail(emails: readonly Email[]): Promise<ReadonlyMap<Email, UserId>> {
    return this.#store.idsByEmail(emails);
  }

  async add(user: User, effects?: Effects): Promise<void> {
    await this.#write(user.id, async () => {
      await this.#store.add(user, effects);
      return user;
    });
  }

  /** Past the cache, which has no older version of a new user. */
  addAll(additions: readonly Addition[]): Promise<readonly boolean[]> {
    return this.#store.addAll(additions);
  }

  update(id: UserId, change: (user: User) => User, effects?: Effects, known?: User): Promise<User> {
    return this.#write(id, () => this.#store.update(id, change, effects, known));
  }

  async remove(user: Removal): Promise<void> {
    // Concurrent readers read the store and cache nothing. The hint of the email goes before the record:
    // after a crash, only the record tells the email.
    await this.#cache.beginRemoval(user);
    await this.#store.remove(user);
    await this.#cache.endRemoval(user);
  }

  /** Past the cache: a page is of one moment, and operators who list everybody must not fill the cache. */
  list(filter: UserFilter, limit: number, after?: UserPlace): Promise<UserPage> {
    return this.#store.list(filter, limit, after);
  }

  beingDeleted(limit: number): Promise<readonly UserId[]> {
    return this.#store.beingDeleted(limit);
  }

  mostRecentlyActive(limit: number): Promise<readonly UserId[]> {
    return this.#store.mostRecentlyActive(limit);
  }

  /**
   * Concurrent misses share one store read. That is safe: a late reader has the same lease, so no write was
   * acknowledged since the shared read began.
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
    // If the cache cannot be told, it may serve the old version to others. So nothing is written then.
    const lease = await this.#cache.beginWrite(id);
    let user: User;
    try {
      user = await write();
    } catch (error) {
      // After a clear refusal the lease is revoked. After a failure the write may still succeed later, so the
      // lease stays until it expires, and nobody caches the old version.
      if (isRefusal(error)) await unlessUnavailable(this.#cache.abandonWrite(id, lease));
      throw error;
    }
    await this.#cache.endWrite(user, lease);
    return user;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError && !(error instanceof DependencyUnavailable);

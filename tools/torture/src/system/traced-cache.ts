import type { Email, Lease, Removal, User, UserCache, UserId } from '@user-management/domain';
import type { Journal } from '../oracle/journal.ts';

/** Notes every change of the cache in the journal, because it explains where a stale version came from. */
export class TracedCache implements UserCache {
  readonly #cache: UserCache;
  readonly #tell: (what: string, id: UserId) => void;

  constructor(cache: UserCache, journal: Journal, who: string) {
    this.#cache = cache;
    this.#tell = (what, id) => {
      journal.tell(who, what, id);
    };
  }

  find(id: UserId): Promise<User | undefined> {
    return this.#cache.find(id);
  }

  findIdByEmail(email: Email): Promise<UserId | undefined> {
    return this.#cache.findIdByEmail(email);
  }

  async lease(id: UserId): Promise<Lease> {
    const lease = await this.#cache.lease(id);
    this.#tell(`got the lease ${lease.token}`, id);
    return lease;
  }

  fill(user: User, lease: Lease): Promise<void> {
    return this.#told(`fills version ${user.version} under ${lease.token}`, user.id, () =>
      this.#cache.fill(user, lease),
    );
  }

  beginWrite(id: UserId): Promise<Lease> {
    return this.#told('begins a write', id, () => this.#cache.beginWrite(id));
  }

  endWrite(user: User, lease: Lease): Promise<void> {
    const what = `ends the write of version ${user.version} under ${lease.token}`;
    return this.#told(what, user.id, () => this.#cache.endWrite(user, lease));
  }

  abandonWrite(id: UserId, lease: Lease): Promise<void> {
    return this.#told(`abandons the write under ${lease.token}`, id, () =>
      this.#cache.abandonWrite(id, lease),
    );
  }

  beginRemoval(user: Removal): Promise<void> {
    return this.#told('begins the removal', user.id, () => this.#cache.beginRemoval(user));
  }

  endRemoval(user: Removal): Promise<void> {
    return this.#told('ends the removal', user.id, () => this.#cache.endRemoval(user));
  }

  async #told<T>(what: string, id: UserId, work: () => Promise<T>): Promise<T> {
    this.#tell(`${what} …`, id);
    try {
      const result = await work();
      this.#tell(`${what}: done`, id);
      return result;
    } catch (error) {
      this.#tell(`${what}: ${String(error)}`, id);
      throw error;
    }
  }
}

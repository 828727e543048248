import { randomUUID } from 'node:crypto';
import type {
  Clock,
  DistrustableUserCache,
  Email,
  Lease,
  Removal,
  User,
  UserId,
} from '@user-management/domain';
import { LRUCache } from 'lru-cache';
import { promised } from './promised.ts';

interface Options {
  clock: Clock;
  /** The lifetime of an entry in seconds. */
  ttl: number;
  /** The limit of users, of email hints and of leases. Beyond it, the least recently used one is evicted. */
  maxEntries: number;
}

/**
 * The lifetime of a lease. It need not outlast the slowest store: after an expired lease, the user is only
 * not cached. But a write with an unknown outcome keeps its user uncached for this time.
 */
export const LEASE_TTL_MS = 10_000;

/** A cache in the memory of one process. */
export class MemoryUserCache implements DistrustableUserCache {
  readonly #users: LRUCache<UserId, User>;
  readonly #idsByEmail: LRUCache<Email, UserId>;
  readonly #leases: LRUCache<UserId, Lease>;

  constructor({ clock, ttl, maxEntries }: Options) {
    // With a resolution above 0, the library would cache the time with a timer of its own, instead of asking
    // `clock`.
    const limits = { max: maxEntries, perf: clock, ttlResolution: 0 };
    this.#users = new LRUCache({ ...limits, ttl: ttl * 1000 });
    this.#idsByEmail = new LRUCache({ ...limits, ttl: ttl * 1000 });
    this.#leases = new LRUCache({ ...limits, ttl: LEASE_TTL_MS });
  }

  find(id: UserId): Promise<User | undefined> {
    return Promise.resolve(this.#users.get(id));
  }

  findIdByEmail(email: Email): Promise<UserId | undefined> {
    return Promise.resolve(this.#idsByEmail.get(email));
  }

  lease(id: UserId): Promise<Lease> {
    return Promise.resolve(this.#leases.get(id) ?? this.#newLease(id, 'read'));
  }

  fill(user: User, lease: Lease): Promise<void> {
    return promised(() => {
      if (lease.kind === 'read' && this.#isInForce(user.id, lease)) this.#store(user);
    });
  }

  beginWrite(id: UserId): Promise<Lease> {
    return promised(() => {
      this.#users.delete(id);
      return this.#newLease(id, 'write');
    });
  }

  endWrite(user: User, lease: Lease): Promise<void> {
    return promised(() => {
      if (this.#isInForce(user.id, lease)) this.#store(user);
      // Another writer interfered, and only the store knows which write was the last one.
      else this.#users.delete(user.id);
      this.#leases.delete(user.id);
    });
  }

  abandonWrite(id: UserId, lease: Lease): Promise<void> {
    return promised(() => {
      if (this.#isInForce(id, lease)) this.#leases.delete(id);
    });
  }

  beginRemoval(user: Removal): Promise<void> {
    return promised(() => {
      this.#remove(user);
      this.#newLease(user.id, 'write');
    });
  }

  endRemoval(user: Removal): Promise<void> {
    return promised(() => {
      this.#remove(user);
      this.#leases.delete(user.id);
    });
  }

  distrust(): void {
    this.#users.clear();
    this.#idsByEmail.clear();
    this.#leases.clear();
  }

  #store(user: User): void {
    this.#users.set(user.id, user);
    this.#idsByEmail.set(user.email, user.id);
  }

  #remove({ id, email }: Removal): void {
    this.#users.delete(id);
    if (email !== undefined && this.#idsByEmail.get(email) === id) this.#idsByEmail.delete(email);
  }

  #newLease(id: UserId, kind: Lease['kind']): Lease {
    const lease = { token: randomUUID(), kind };
    this.#leases.set(id, lease);
    return lease;
  }

  #isInForce(id: UserId, lease: Lease): boolean {
    return this.#leases.get(id)?.token === lease.token;
  }
}

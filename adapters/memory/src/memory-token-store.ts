import {
  type AuthTokenRecord,
  type Clock,
  type Digest,
  expiringAt,
  hasExpired,
  type Timestamp,
  type TokenStore,
} from '@user-management/domain';
import { LRUCache } from 'lru-cache';

interface Options {
  clock: Clock;
  /** The limit of tokens. Beyond it, the least recently used token becomes invalid. */
  maxEntries: number;
}

/** A token store in the memory of one process. */
export class MemoryTokenStore implements TokenStore {
  readonly #clock: Clock;
  readonly #records: LRUCache<Digest, AuthTokenRecord>;

  constructor({ clock, maxEntries }: Options) {
    this.#clock = clock;
    this.#records = new LRUCache({ max: maxEntries });
  }

  save(token: Digest, record: AuthTokenRecord): Promise<void> {
    this.#records.set(token, record);
    return Promise.resolve();
  }

  find(token: Digest): Promise<AuthTokenRecord | undefined> {
    const record = this.#records.get(token);
    const expired = record && hasExpired(record, this.#clock.now());
    if (expired) this.#records.delete(token);
    return Promise.resolve(expired ? undefined : record);
  }

  expire(token: Digest, at: Timestamp): Promise<void> {
    const record = this.#records.get(token);
    if (record) this.#records.set(token, expiringAt(record, at));
    return Promise.resolve();
  }

  revoke(token: Digest): Promise<void> {
    this.#records.delete(token);
    return Promise.resolve();
  }
}

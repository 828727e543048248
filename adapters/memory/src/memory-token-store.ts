import { hash } from 'node:crypto';
import {
  type AuthToken,
  type AuthTokenRecord,
  type Clock,
  hasExpired,
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
  readonly #records: LRUCache<string, AuthTokenRecord>;

  constructor({ clock, maxEntries }: Options) {
    this.#clock = clock;
    this.#records = new LRUCache({ max: maxEntries });
  }

  save(token: AuthToken, record: AuthTokenRecord): Promise<void> {
    this.#records.set(digest(token), record);
    return Promise.resolve();
  }

  find(token: AuthToken): Promise<AuthTokenRecord | undefined> {
    const record = this.#records.get(digest(token));
    const expired = record && hasExpired(record, this.#clock.now());
    if (expired) this.#records.delete(digest(token));
    return Promise.resolve(expired ? undefined : record);
  }

  revoke(token: AuthToken): Promise<void> {
    this.#records.delete(digest(token));
    return Promise.resolve();
  }
}

// A heap dump contains no valid token, as in Redis.
const digest = (token: AuthToken): string => hash('sha256', token);

import { hash, randomBytes, randomUUID } from 'node:crypto';
import {
  type DistrustableUserCache,
  type Email,
  type Lease,
  type Logger,
  parseUserId,
  type Removal,
  type User,
  type UserId,
  ValidationFailed,
} from '@user-management/domain';
import { ErrorReply } from 'redis';
import type { Reply } from '../connection/connection.ts';
import { Entries } from './entries.ts';
import type { RedisObserver } from '../connection/options.ts';
import { keys } from '../keys.ts';
import { remove, sendHint } from './records.ts';
import type { Redis } from '../topology/redis.ts';
import { Script } from '../connection/script.ts';
import type { Session } from '../connection/session.ts';
import { isComplete, parseObject, userFromJson, userToJson } from './user-json.ts';

/** A reader that takes longer than this between its lease and its fill loses the lease. */
const READ_LEASE_MS = 10_000;
/**
 * Longer than any write to the store may take. So a write with an unknown outcome is decided before the next
 * fill.
 */
const WRITE_LEASE_MS = 30_000;

// The service makes no lease without an expiry, so the script replaces one: it would last for ever.
const LEASE = new Script(`
  local current = redis.call('GETRANGE', KEYS[1], 0, 63)
  local left = redis.call('PTTL', KEYS[1])
  if #current < 64 and left > 0 and left <= ${WRITE_LEASE_MS} then return current end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return ARGV[1]`);

const FILL = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, 63) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
  redis.call('DEL', KEYS[1])
  return 1`);

// The removal is first: a full Redis refuses a script whose first write needs memory.
const BEGIN_WRITE = new Script(`
  redis.call('DEL', KEYS[2])
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`);

const END_WRITE = new Script(`
  local current = redis.call('GETRANGE', KEYS[1], 0, 63)
  redis.call('DEL', KEYS[1], KEYS[2])
  if current ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
  return 1`);

const ABANDON_WRITE = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, 63) == ARGV[1] then redis.call('DEL', KEYS[1]) end`);

interface Options {
  /** `UserRepository.dataset`. Users that were cached for another dataset are never found. */
  readonly dataset: string;
  /** Seconds. */
  readonly ttl: number;
  readonly observer: RedisObserver;
  readonly logger: Logger;
}

/**
 * Caches users and their ids by email, and gives out leases.
 *
 * Every entry carries the epoch of its lease: the dataset of the store and the term of the Redis server. A
 * restart, a restored snapshot or a failover starts a new term. So stale entries of an earlier term are not
 * found.
 */
export class RedisUserCache implements DistrustableUserCache {
  readonly #redis: Redis;
  readonly #options: Options;
  readonly #entries: Entries;
  #salt = '';

  constructor(redis: Redis, options: Options) {
    this.#redis = redis;
    this.#options = options;
    this.#entries = new Entries(redis, options.observer, options.logger);
  }

  find(id: UserId): Promise<User | undefined> {
    return this.#entries.read('user', keys.user(id), (text, session) => {
      const json = parseObject(text);
      const user = userFromJson(json);
      if (user.id !== id) throw new ValidationFailed(`must be the user ${id}`);
      // A replica of an earlier version fills in users without all that the store knows about them.
      return json['epoch'] === this.#epoch(session) && isComplete(json) ? user : undefined;
    });
  }

  findIdByEmail(email: Email): Promise<UserId | undefined> {
    return this.#entries.read('email', keys.email(email), (text) => parseUserId(text));
  }

  lease(id: UserId): Promise<Lease> {
    return this.#redis.run(keys.user(id), async (session) => {
      const token = await this.#script(
        LEASE,
        session,
        [keys.lease(id)],
        [newToken('read'), String(READ_LEASE_MS)],
      );
      return this.#asLease(String(token), session);
    });
  }

  async fill(user: User, lease: Lease): Promise<void> {
    if (lease.kind !== 'read') return;
    await this.#store(FILL, user, lease);
  }

  beginWrite(id: UserId): Promise<Lease> {
    const token = newToken('write');
    return this.#redis.run(keys.user(id), async (session) => {
      await this.#script(
        BEGIN_WRITE,
        session,
        [keys.lease(id), keys.user(id)],
        [token, String(WRITE_LEASE_MS)],
      );
      return this.#asLease(token, session);
    });
  }

  async endWrite(user: User, lease: Lease): Promise<void> {
    await this.#store(END_WRITE, user, lease);
  }

  async abandonWrite(id: UserId, lease: Lease): Promise<void> {
    await this.#redis.run(keys.user(id), (session) =>
      this.#script(ABANDON_WRITE, session, [keys.lease(id)], [split(lease).token]),
    );
  }

  async beginRemoval(user: Removal): Promise<void> {
    await this.beginWrite(user.id);
    await this.#removeHint(user);
  }

  async endRemoval(user: Removal): Promise<void> {
    const at = [keys.lease(user.id), keys.user(user.id)];
    await this.#redis.run(keys.user(user.id), (session) => session.send(['DEL', ...at]));
    await this.#removeHint(user);
  }

  distrust(): void {
    this.#salt = randomBytes(8).toString('hex');
    this.#redis.forget();
  }

  /**
   * The id is stored after the user, with the same TTL, so that it does not expire before the user.
   */
  async #store(script: Script, user: User, lease: Lease): Promise<void> {
    const { token, epoch } = split(lease);
    const json = JSON.stringify({ ...userToJson(user), epoch });
    const ttl = String(this.#options.ttl);
    const at = [keys.lease(user.id), keys.user(user.id)] as const;
    const stored = await this.#redis.run(keys.user(user.id), (session) =>
      this.#script(script, session, at, [token, json, ttl]),
    );
    if (stored !== 1) return;
    const key = keys.email(user.email);
    sendHint(this.#redis.run(key, (session) => session.send(['SET', key, user.id, 'EX', ttl])));
  }

  async #removeHint({ id, email }: Removal): Promise<void> {
    if (email !== undefined && (await this.findIdByEmail(email)) === id)
      await remove(this.#redis, keys.email(email), id);
  }

  /** The first key of every script is the lease. A lease of the wrong type is removed. */
  async #script(
    script: Script,
    session: Session,
    at: readonly [string, ...string[]],
    args: string[],
  ): Promise<Reply> {
    try {
      return await script.run(session, at, args);
    } catch (error) {
      if (!(error instanceof ErrorReply)) throw error;
      await this.#entries.remove('user', at[0], session, error);
      return script.run(session, at, args);
    }
  }

  /** Replicas share the token, but each has its own epoch. The lease contains both and ends with either. */
  #asLease(token: string, session: Session): Lease {
    return {
      token: `${token}@${this.#epoch(session)}`,
      kind: token.startsWith('read:') ? 'read' : 'write',
    };
  }

  #epoch(session: Session): string {
    return hash('sha256', `${this.#options.dataset} ${session.term} ${this.#salt}`).slice(0, 32);
  }
}

const newToken = (kind: Lease['kind']) => `${kind}:${randomUUID()}`;

function split(lease: Lease): { token: string; epoch: string } {
  const at = lease.token.lastIndexOf('@');
  return { token: lease.token.slice(0, at), epoch: lease.token.slice(at + 1) };
}

import { randomUUID } from 'node:crypto';
import {
  DependencyUnavailable,
  type Email,
  EmailTaken,
  lastActive,
  parseUserId,
  type User,
  type UserId,
  UserNotFound,
  type UserRepository,
  ValidationFailed,
} from '@user-management/domain';
import { FOR_GOOD, readBounded, type Value } from '../connection/reads.ts';
import { keys } from '../keys.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import type { Redis } from '../topology/redis.ts';
import { Script } from '../connection/script.ts';
import { parseObject, userFromJson, userToJson } from './user-json.ts';

/** A registration that takes longer than this between its first and its last write counts as failed. */
const REGISTRATION_MS = 60_000;

/**
 * Replaces the record unless another writer has changed it since it was read. SET also removes an expiry: a
 * user that was found is complete.
 */
const REPLACE = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2])
  return 1`);

/** Frees an email, unless another registration has claimed it since. */
const RELEASE = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
  return 0`);

/**
 * Stores users permanently: the records, the ids by email (the claims), the order of last activity, and the
 * name of the data set. No command uses two of these keys, so they may live on different nodes.
 *
 * A registration takes three steps. It writes the record with an expiry. It claims the email; this step
 * decides. It removes the expiry. So a record with an expiry is a user only if it holds the claim.
 *
 * If the process dies before the claim, the record is not found and expires. If it dies after the claim, the
 * first reader removes the expiry. Without a reader the record expires, and the next registration with this
 * email frees the claim.
 */
export class RedisUsers implements UserRepository {
  readonly dataset: string;
  readonly #redis: Runner;

  private constructor(redis: Runner, dataset: string) {
    this.#redis = redis;
    this.dataset = dataset;
  }

  /** @throws {DependencyUnavailable} */
  static async open(connection: Redis): Promise<RedisUsers> {
    const redis = onBehalfOf('user store', connection);
    await command(redis, 'SET', keys.dataset, randomUUID(), 'NX');
    return new RedisUsers(redis, String((await valueOf(redis, keys.dataset))?.text));
  }

  async findById(id: UserId): Promise<User | undefined> {
    return (await this.#read(id))?.user;
  }

  async findByEmail(email: Email): Promise<User | undefined> {
    const id = await this.#claimant(email);
    return id && this.findById(id);
  }

  async add(user: User): Promise<void> {
    const key = keys.record(user.id);
    await this.#command('SET', key, JSON.stringify(userToJson(user)), 'PX', String(REGISTRATION_MS));
    if (!(await this.#claim(user))) {
      await this.#command('DEL', key);
      throw new EmailTaken();
    }
    const completed = await this.#complete(user);
    if (!completed && !(await this.#read(user.id))) {
      const cause = new Error(`the registration took longer than ${REGISTRATION_MS} ms`);
      throw new DependencyUnavailable('user store', { cause });
    }
  }

  async update(id: UserId, change: (user: User) => User): Promise<User> {
    for (;;) {
      const record = await this.#read(id);
      if (!record) throw new UserNotFound();
      const changed = change(record.user);
      if (changed === record.user) return changed;
      const key = keys.record(id);
      const args = [record.text, JSON.stringify(userToJson(changed))];
      const replaced = await this.#redis.run(key, (session) => REPLACE.run(session, [key], args));
      if (replaced === 1) {
        await this.#noteActivity(changed);
        return changed;
      }
    }
  }

  async mostRecentlyActive(limit: number): Promise<readonly UserId[]> {
    if (limit < 1) return [];
    const ids = await this.#command('ZRANGE', keys.active, '0', String(limit - 1), 'REV');
    return (ids as string[]).map((id) => trusted(keys.active, () => parseUserId(id)));
  }

  async #claim(user: User): Promise<boolean> {
    const key = keys.claim(user.email);
    for (;;) {
      if ((await this.#command('SET', key, user.id, 'NX')) === 'OK') return true;
      const claimant = await this.#claimant(user.email);
      if (claimant && (await this.#command('EXISTS', keys.record(claimant)))) return claimant === user.id;
      if (claimant) await this.#redis.run(key, (session) => RELEASE.run(session, [key], [claimant]));
    }
  }

  /** The last step of a registration. Returns false when the user is already complete, or gone. */
  async #complete(user: User): Promise<boolean> {
    const completed = (await this.#command('PERSIST', keys.record(user.id))) === 1;
    if (completed) await this.#noteActivity(user);
    return completed;
  }

  /** The order is only a hint. If the process dies before this step, it is stale until the next activity. */
  async #noteActivity(user: User): Promise<void> {
    await this.#command('ZADD', keys.active, String(lastActive(user)), user.id);
  }

  async #claimant(email: Email): Promise<UserId | undefined> {
    const key = keys.claim(email);
    const value = await valueOf(this.#redis, key);
    return value && trusted(key, () => parseUserId(value.text));
  }

  async #read(id: UserId): Promise<{ user: User; text: string } | undefined> {
    const key = keys.record(id);
    const value = await valueOf(this.#redis, key);
    if (!value) return undefined;
    const { text, left } = value;
    const user = trusted(key, () => parseRecord(id, text));
    if (left === FOR_GOOD) return { user, text };
    if ((await this.#claimant(user.email)) !== id) return undefined;
    await this.#complete(user);
    // Another process may have completed and changed the user, or the record has expired.
    return this.#read(id);
  }

  #command(name: string, key: string, ...args: string[]) {
    return command(this.#redis, name, key, ...args);
  }
}

function parseRecord(id: UserId, text: string): User {
  const user = userFromJson(parseObject(text));
  if (user.id !== id) throw new ValidationFailed(`must be the user ${id}`);
  return user;
}

/** An invalid record is not the client's fault, so the error must not be a `ValidationFailed`. */
function trusted<T>(key: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw unreadable(key, cause);
  }
}

/** @throws also when the value is longer than any that the service stores. */
async function valueOf(redis: Runner, key: string): Promise<Value | undefined> {
  try {
    return await redis.run(key, (session) => readBounded(session, key));
  } catch (error) {
    throw error instanceof ValidationFailed ? unreadable(key, error) : error;
  }
}

const unreadable = (key: string, cause: unknown) =>
  new Error(`What Redis holds under ${key} cannot be read.`, { cause });

const command = (redis: Runner, name: string, key: string, ...args: string[]) =>
  redis.run(key, (session) => session.send([name, key, ...args]));

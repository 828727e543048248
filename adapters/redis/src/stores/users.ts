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

/** How long a registration may take between its first and its last write before it counts as dead. */
const REGISTRATION_MS = 60_000;

/**
 * Replaces the record unless somebody else did in the meantime. Whoever changes a user has found it, so an
 * expiry goes too.
 */
const REPLACE = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2])
  return 1`);

/** Frees an email, unless it has been claimed anew in the meantime. */
const RELEASE = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
  return 0`);

/**
 * Users in Redis for good: their records, the ids by email (the claims), the order of last activity, and the
 * name of the data set. No command touches two of them, so they may live on different nodes.
 *
 * A registration writes the record first, with an expiry; then claims the email, which is the moment that
 * decides; then removes the expiry. A record that expires is therefore no user until it has the claim.
 * Whoever dies before the claim leaves a record that nobody finds and that lapses. Whoever dies after it
 * leaves a user whose expiry the first reader removes; without a reader it lapses, and the claim that leads
 * nowhere is freed by the next registration.
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

  /**
   * The last step of a registration. False when there was nothing to complete: the user is complete, or gone.
   */
  async #complete(user: User): Promise<boolean> {
    const completed = (await this.#command('PERSIST', keys.record(user.id))) === 1;
    if (completed) await this.#noteActivity(user);
    return completed;
  }

  /**
   * Apart from the record, and only a hint: dying in between leaves the order outdated until the user is next
   * seen.
   */
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
    // Somebody else may have completed and changed it, or it has lapsed.
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

/** What cannot be read here is no fault of the client: it must not look like bad input. */
function trusted<T>(key: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw unreadable(key, cause);
  }
}

/** @throws also when it is longer than anything that was stored. */
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

import { randomUUID } from 'node:crypto';
import {
  type Addition,
  DependencyUnavailable,
  type Effects,
  type Email,
  EmailTaken,
  isListed,
  orDamaged,
  parseUserId,
  placeOf,
  type Removal,
  type User,
  type UserFilter,
  type UserId,
  unlessUnavailable,
  UserNotFound,
  type UserPage,
  type UserPlace,
  type UserRepository,
  ValidationFailed,
} from '@user-management/domain';
import { FOR_GOOD } from '../connection/reads.ts';
import { Script } from '../connection/script.ts';
import { keys } from '../keys.ts';
import { Claims, type Stored } from './claims.ts';
import { firstGroupOf, type Group, groupOf, indexed, writesOf } from './effects.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import type { Redis } from '../topology/redis.ts';
import {
  addFor,
  command,
  drop,
  entriesOf,
  namedBy,
  remove,
  replace,
  trusted,
  valueOf,
  type Write,
} from './records.ts';
import { type IndexEntry, UserIndexes } from './user-indexes.ts';
import {
  hasSupplement,
  isComplete,
  isPlain,
  parseObject,
  supplementToJson,
  userFromJson,
  userToJson,
} from './user-json.ts';

/** Removes the expiry of a record, and of the effects of its first version. Needs no memory. */
const COMPLETE = new Script(`
  if redis.call('PERSIST', KEYS[1]) == 0 then return 0 end
  for n = 2, #KEYS do redis.call('PERSIST', KEYS[n]) end
  return 1`);

/** A registration that takes longer than this between its first and its last write counts as failed. */
const REGISTRATION_MS = 60_000;

// Scores of `keys.deleting`: before and after the record says that the user is being deleted.
const ANNOUNCED = '0';
const BEGUN = '1';

/**
 * Records that are read for one page of a list. Where a filter takes few users, pages are short, and the
 * client asks again.
 */
const MOST_READ = 1000;
const BATCH = 100;

interface Updating {
  readonly effects: Effects | undefined;
  readonly known: User | undefined;
  /** Gets the emails that this update claimed or gave up, apart from the one it wrote. */
  readonly unused: Set<Email>;
}

/**
 * Stores users permanently: the records, the ids by email ({Claims}), the indexes of lists ({UserIndexes}),
 * and the name of the dataset. No command uses two of these keys, so they may live on different nodes. The
 * only exceptions are the supplement and the metadata of a record, which are in the slot of their record.
 *
 * A registration takes four steps. It writes the record with an expiry. It claims the email; this step
 * decides. It enters the user into the indexes. It removes the expiry. So a record with an expiry is a user
 * only if it holds the claim.
 *
 * If the process dies before the claim, the record is not found and expires. If it dies after the claim, the
 * first reader removes the expiry. Without a reader the record expires, and the next registration with this
 * email frees the claim.
 *
 * A change of the email claims the new email, replaces the record, which decides, and frees the old email. If
 * the process dies in between, one of the two claims is stale.
 *
 * A deletion enters the index of deletions before the record says so, and leaves it last. So a process that
 * dies in between leaves an entry: a repeat finishes the deletion, or the next look at the index does.
 */
export class RedisUsers implements UserRepository {
  readonly dataset: string;
  readonly #redis: Runner;
  readonly #claims: Claims;
  readonly #indexes: UserIndexes;

  private constructor(redis: Runner, dataset: string) {
    this.#redis = redis;
    this.dataset = dataset;
    this.#claims = new Claims(redis, (id) => this.#find(id));
    this.#indexes = new UserIndexes(redis);
  }

  /** @throws {DependencyUnavailable} */
  static async open(connection: Redis): Promise<RedisUsers> {
    const redis = onBehalfOf('user store', connection);
    await command(redis, 'SET', keys.dataset, randomUUID(), 'NX');
    const users = new RedisUsers(redis, String((await valueOf(redis, keys.dataset))?.text));
    await users.#indexes.complete((id) => users.findById(id));
    return users;
  }

  async findById(id: UserId): Promise<User | undefined> {
    return (await this.#read(id))?.user;
  }

  async findByEmail(email: Email, allowed?: Promise<unknown>): Promise<User | undefined> {
    await allowed;
    const id = await this.#claims.claimant(email);
    const user = id && (await this.findById(id));
    return user?.email === email ? user : undefined;
  }

  async idsByEmail(emails: readonly Email[]): Promise<ReadonlyMap<Email, UserId>> {
    const holders = await Promise.all(emails.map((email) => this.#holderOf(email)));
    return new Map(emails.flatMap((email, n) => (holders[n] ? [[email, holders[n]]] : [])));
  }

  /** Nobody can tell that a damaged user has another email. A damaged claim fails the user who wants it. */
  async #holderOf(email: Email): Promise<UserId | undefined> {
    const id = await orDamaged(this.#claims.claimant(email));
    if (id === 'damaged') return undefined;
    const user = id && (await orDamaged(this.findById(id)));
    return user === 'damaged' || user?.email === email ? id : undefined;
  }

  async add(user: User, effects?: Effects): Promise<void> {
    const key = keys.record(user.id);
    const group = firstGroupOf(key, effects);
    const others = [...writesOf(group), ...metadataWrite(user)];
    const names = others.map(([name]) => name);
    const claimed = await indexed(this.#redis, group, async () => {
      await addFor(this.#redis, REGISTRATION_MS, [[key, toText(user)], ...others]);
      if (await this.#claims.claim(user)) return true;
      await this.#command('DEL', key, ...names);
      return false;
    });
    if (!claimed) throw new EmailTaken();
    const completed = await this.#complete(user, names);
    if (!completed && !(await this.#read(user.id))) {
      await this.#indexes.leave(user);
      const cause = new Error(`the registration took longer than ${REGISTRATION_MS} ms`);
      throw new DependencyUnavailable('user store', { cause });
    }
  }

  /** Each step sends its commands for all users at once, and its entries for an index as one command. */
  async addAll(additions: readonly Addition[]): Promise<readonly boolean[]> {
    const outcomes = await Promise.allSettled(additions.map(({ user, effects }) => this.add(user, effects)));
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected' && !(outcome.reason instanceof EmailTaken)) throw outcome.reason;
      return outcome.status === 'fulfilled';
    });
  }

  async update(id: UserId, change: (user: User) => User, effects?: Effects, known?: User): Promise<User> {
    const unused = new Set<Email>();
    try {
      return await this.#update(id, change, { effects, known, unused });
    } finally {
      // A stale claim keeps nobody from the email. So the result stands, even if Redis is gone by now.
      for (const email of unused) await unlessUnavailable(orDamaged(this.#claims.holder(email)));
    }
  }

  async remove({ id, email }: Removal): Promise<void> {
    for (let gone = false; !gone;) {
      const record = await orDamaged(this.#find(id));
      if (record === 'damaged') {
        await this.#removeDamaged(id);
        break;
      }
      const emails = new Set([email, record?.user.email].filter((each) => each !== undefined));
      for (const each of emails) {
        const isHeld = record?.left === FOR_GOOD && record.user.email === each;
        await this.#claims.release({ id, email: each }, isHeld);
      }
      // A change in flight may replace the record, even by one with another email.
      // Before the record, which alone tells the email to the one who finishes the deletion.
      await this.#indexes.leave(record?.user ?? { id, email });
      const others = [keys.supplement(id), keys.metadata(id)];
      gone = !record || (await remove(this.#redis, keys.record(id), record.text, ...others));
    }
    await this.#indexes.leave({ id, email });
    await this.#command('ZREM', keys.deleting, id);
  }

  /**
   * Nobody can replace a record that cannot be read. Without it, the claim of its email is stale, and an
   * entry in the order of emails leads nowhere: whoever meets them removes them.
   */
  async #removeDamaged(id: UserId): Promise<void> {
    await this.#indexes.forget(id);
    await this.#command('DEL', keys.record(id), keys.supplement(id), keys.metadata(id));
  }

  async list(filter: UserFilter, limit: number, after?: UserPlace): Promise<UserPage> {
    const users: User[] = [];
    const damaged: UserId[] = [];
    let place = after;
    for (let read = 0; read < MOST_READ; read += BATCH) {
      const entries = await this.#indexes.range(filter, place, BATCH);
      const found = await Promise.all(
        entries.map(async (entry) => entry && orDamaged(this.#listed(entry, filter))),
      );
      for (const [n, entry] of entries.entries()) {
        if (!entry) continue;
        place = entry.place;
        const listed = found[n] ?? [];
        if (listed === 'damaged') damaged.push(entry.id);
        else users.push(...listed);
        const isLast = n === entries.length - 1 && entries.length < BATCH;
        if (users.length === limit) return { users, damaged, next: isLast ? null : place };
      }
      if (entries.length < BATCH) return { users, damaged, next: null };
    }
    return { users, damaged, next: place ?? null };
  }

  async beingDeleted(limit: number): Promise<readonly UserId[]> {
    if (limit < 1) return [];
    const entries = await entriesOf(this.#redis, keys.deleting, '0', String(limit - 1));
    const ids: UserId[] = [];
    for (const entry of entries) {
      const id = namedBy(() => parseUserId(entry.member));
      const user = id && (await orDamaged(this.findById(id)));
      if (user === 'damaged') {
        // The second step says that the record said so.
        if (entry.score === Number(BEGUN)) ids.push(...(id ? [id] : []));
        continue;
      }
      if (user?.status === 'deleting') ids.push(user.id);
      else {
        if (id && !user) await this.#indexes.forget(id);
        await drop(this.#redis, keys.deleting, entry);
      }
    }
    return ids;
  }

  async mostRecentlyActive(limit: number): Promise<readonly UserId[]> {
    if (limit < 1) return [];
    const ids = await this.#indexes.mostRecentlyActive(limit);
    return (await Promise.all(ids.map((id) => this.#unlessGone(id)))).flat();
  }

  async #update(
    id: UserId,
    change: (user: User) => User,
    { effects, known, unused }: Updating,
  ): Promise<User> {
    for (let guess = known && { user: known, text: toText(known) }; ; guess = undefined) {
      const record = guess ?? (await this.#read(id));
      if (!record) throw new UserNotFound();
      const changed = change(record.user);
      if (changed === record.user && guess) continue;
      if (changed === record.user) return changed;
      if (changed.email !== record.user.email) {
        if (!(await this.#claims.claim({ id, email: changed.email }))) throw new EmailTaken();
        unused.add(changed.email);
      }
      if (changed.status === 'deleting') await this.#command('ZADD', keys.deleting, 'NX', ANNOUNCED, id);
      const group = groupOf(keys.record(id), effects);
      if (await indexed(this.#redis, group, () => this.#replace(record, changed, group))) {
        unused.add(record.user.email).delete(changed.email);
        if (changed.status === 'deleting') await this.#command('ZADD', keys.deleting, BEGUN, id);
        await unlessUnavailable(this.#indexes.move(record.user, changed));
        return changed;
      }
    }
  }

  /**
   * The last steps of a registration. Returns false when the user is already complete, or gone.
   * @param others what the first step may have written beside the record.
   */
  async #complete(user: User, others: readonly string[]): Promise<boolean> {
    const key = keys.record(user.id);
    await this.#indexes.enter(user);
    return (await this.#redis.run(key, (session) => COMPLETE.run(session, [key, ...others], []))) === 1;
  }

  /** An entry of an index is a hint. The user may be gone, or have another email. */
  async #listed({ id, place }: IndexEntry, filter: UserFilter): Promise<readonly User[]> {
    const user = await this.findById(id);
    // An entry comes after its record, and an id never comes back.
    if (!user && !(await this.#find(id))) await this.#indexes.drop({ id, place });
    return user && placeOf(user, filter) === place && isListed(user, filter) ? [user] : [];
  }

  async #read(id: UserId): Promise<Stored | undefined> {
    const record = await this.#find(id);
    if (!record || record.left === FOR_GOOD) return record;
    if ((await this.#claims.claimant(record.user.email)) !== id) return undefined;
    const key = keys.record(id);
    await this.#complete(record.user, [keys.metadata(id), keys.firstEvents(key), ...keys.firstMails(key)]);
    // Another process may have completed and changed the user, or the record has expired.
    return this.#read(id);
  }

  /** Also finds a user whose registration is not complete. */
  async #find(id: UserId): Promise<Stored | undefined> {
    const value = await valueOf(this.#redis, keys.record(id));
    return value && { user: await this.#parse(id, value.text), ...value };
  }

  /**
   * Versions of the service that know less write a record without some members. Other keys have them then: no
   * session that was ended comes back, and no metadata is lost.
   */
  async #parse(id: UserId, text: string): Promise<User> {
    const json = trusted(keys.record(id), () => parseObject(text));
    if (isComplete(json)) return trusted(keys.record(id), () => parseRecord(id, json));
    const supplement = hasSupplement(json) ? {} : await this.#object(keys.supplement(id));
    const metadata = await this.#object(keys.metadata(id));
    return trusted(keys.record(id), () => parseRecord(id, { metadata, ...supplement, ...json }));
  }

  async #object(key: string): Promise<Record<string, unknown>> {
    const value = await valueOf(this.#redis, key);
    return value ? trusted(key, () => parseObject(value.text)) : {};
  }

  #replace({ user, text }: Pick<Stored, 'user' | 'text'>, changed: User, group: Group): Promise<boolean> {
    const key = keys.record(user.id);
    const writes: [Write, ...Write[]] = [[key, toText(changed)]];
    if (!isPlain(user) || !isPlain(changed)) {
      writes.push([keys.supplement(user.id), JSON.stringify(supplementToJson(changed))]);
    }
    if (hasMetadata(user) || hasMetadata(changed)) {
      writes.push([keys.metadata(user.id), JSON.stringify(changed.metadata)]);
    }
    writes.push(...writesOf(group));
    return replace(this.#redis, text, writes);
  }

  /** A login that races with a deletion may note the activity of a user that is gone. */
  async #unlessGone(id: UserId): Promise<readonly UserId[]> {
    if (await this.#command('EXISTS', keys.record(id))) return [id];
    await this.#indexes.forget(id);
    return [];
  }

  #command(name: string, key: string, ...args: string[]) {
    return command(this.#redis, name, key, ...args);
  }
}

const hasMetadata = ({ metadata }: User): boolean => Object.keys(metadata).length > 0;

const metadataWrite = (user: User): readonly Write[] =>
  hasMetadata(user) ? [[keys.metadata(user.id), JSON.stringify(user.metadata)]] : [];

const toText = (user: User): string => JSON.stringify(userToJson(user));

function parseRecord(id: UserId, json: Record<string, unknown>): User {
  const user = userFromJson(json);
  if (user.id !== id) throw new ValidationFailed(`must be the user ${id}`);
  return user;
}

import {
  firstUserIdAt,
  lastActive,
  orDamaged,
  parseStoredEmail,
  parseUserId,
  type Removal,
  type User,
  type UserFilter,
  type UserId,
  type UserPlace,
} from '@user-management/domain';
import { keys } from '../keys.ts';
import { gather } from './gather.ts';
import type { Runner } from './on-behalf-of.ts';
import { command, namedBy, sendHint } from './records.ts';

/** A user in an index, and the place there. */
export interface IndexEntry {
  readonly id: UserId;
  readonly place: UserPlace;
}

/** In UTF-8 it comes after every character that an email has. */
const LAST_CHARACTER = '\u{10ffff}';

const BATCH = 500;

/**
 * The orders in which users are listed: by last activity, by id and by email. Each is one sorted set. An
 * entry is a hint, because no command writes it together with its record: the record decides. An entry that
 * names nothing is removed where it is met, because it must not stop the rest.
 *
 * A user enters the order of the ids before the registration is complete. So a list misses nobody.
 */
export class UserIndexes {
  readonly #redis: Runner;

  constructor(redis: Runner) {
    this.#redis = redis;
  }

  /** Before the registration is complete. */
  async enter(user: User): Promise<void> {
    await Promise.all([
      gather(this.#redis, keys.listed, { member: user.id, score: 0 }),
      gather(this.#redis, keys.active, { member: user.id, score: lastActive(user) }),
      gather(this.#redis, keys.emails, { member: emailEntry(user), score: 0 }),
    ]);
  }

  /**
   * After a change. If the process dies before, or Redis is full, an index is stale until the next login, or
   * the next change of the email.
   */
  async move(before: User, user: User): Promise<void> {
    if (lastActive(before) !== lastActive(user)) sendHint(this.#note(user));
    if (before.email === user.email) return;
    await this.#leaveEmail(before);
    await this.#enterEmail(user);
    // A deletion that ended meanwhile did not know the new email, and nothing of it may stay.
    if (!(await this.#command('EXISTS', keys.record(user.id)))) await this.leave(user);
  }

  async leave({ id, email }: Removal): Promise<void> {
    await Promise.all([this.forget(id), email === undefined ? undefined : this.#leaveEmail({ id, email })]);
  }

  /** For a user who is gone. The email has left its order before. */
  async forget(id: UserId): Promise<void> {
    await Promise.all([this.#command('ZREM', keys.active, id), this.#command('ZREM', keys.listed, id)]);
  }

  async drop({ id, place }: IndexEntry): Promise<void> {
    await this.forget(id);
    if (place !== id) await this.#command('ZREM', keys.emails, `${place} ${id}`);
  }

  async mostRecentlyActive(limit: number): Promise<readonly UserId[]> {
    const reply = await this.#command('ZRANGE', keys.active, '0', String(limit - 1), 'REV');
    const ids = await Promise.all(
      (reply as string[]).map((member) => this.#named(keys.active, member, () => parseUserId(member))),
    );
    return ids.filter((id) => id !== undefined);
  }

  /** At most `limit` entries after `after`, in the order of the list. `undefined`: it named nothing. */
  async range(
    { emailPrefix, createdAfter }: UserFilter,
    after: UserPlace | undefined,
    limit: number,
  ): Promise<readonly (IndexEntry | undefined)[]> {
    if (emailPrefix === undefined) {
      const first = createdAfter === undefined ? '-' : `[${firstUserIdAt(createdAfter)}`;
      return this.#range(keys.listed, after === undefined ? first : `(${after}`, '+', limit, entryById);
    }
    // A space comes before every character of an email, so the entries of an email are before `email!`.
    const start = after === undefined ? `[${emailPrefix}` : `(${after}!`;
    return this.#range(keys.emails, start, `(${emailPrefix}${LAST_CHARACTER}`, limit, entryByEmail);
  }

  /**
   * Enters the users whom a version of the service without lists has added. Once all replicas are of this
   * version, there are none. Both numbers of users are hints: a user who is in neither index is not listed
   * until the next login. Neither an entry that names nobody nor a damaged user may stop the start.
   */
  async complete(find: (id: UserId) => Promise<User | undefined>): Promise<void> {
    const [known, listed] = await Promise.all([
      this.#command('ZCARD', keys.active),
      this.#command('ZCARD', keys.listed),
    ]);
    if (Number(known) <= Number(listed)) return;
    let cursor = '0';
    do {
      const reply = await this.#command('ZSCAN', keys.active, cursor, 'COUNT', String(BATCH));
      const [next, members] = reply as unknown as [string, readonly string[]];
      cursor = next;
      const ids = members.filter((_, n) => n % 2 === 0);
      await Promise.all(ids.map((member) => this.#complete(member, find)));
    } while (cursor !== '0');
  }

  async #complete(member: string, find: (id: UserId) => Promise<User | undefined>): Promise<void> {
    if ((await this.#command('ZSCORE', keys.listed, member)) !== null) return;
    const id = await this.#named(keys.active, member, () => parseUserId(member));
    const user = id && (await orDamaged(find(id)));
    if (user === 'damaged') await this.#command('ZADD', keys.listed, '0', member);
    else if (user) await this.enter(user);
    else if (id) await this.#command('ZREM', keys.active, member);
  }

  async #note(user: User): Promise<void> {
    await Promise.all([
      this.#command('ZADD', keys.listed, '0', user.id),
      this.#command('ZADD', keys.active, String(lastActive(user)), user.id),
    ]);
  }

  async #enterEmail(user: User): Promise<void> {
    await this.#command('ZADD', keys.emails, '0', emailEntry(user));
  }

  async #leaveEmail(user: Pick<User, 'id' | 'email'>): Promise<void> {
    await this.#command('ZREM', keys.emails, emailEntry(user));
  }

  async #range(
    key: string,
    start: string,
    end: string,
    limit: number,
    parse: (member: string) => IndexEntry,
  ): Promise<readonly (IndexEntry | undefined)[]> {
    const reply = await this.#command('ZRANGE', key, start, end, 'BYLEX', 'LIMIT', '0', String(limit));
    return Promise.all((reply as string[]).map((member) => this.#named(key, member, () => parse(member))));
  }

  async #named<T>(key: string, member: string, parse: () => T): Promise<T | undefined> {
    const named = namedBy(parse);
    if (named === undefined) await this.#command('ZREM', key, member);
    return named;
  }

  #command(name: string, key: string, ...args: string[]) {
    return command(this.#redis, name, key, ...args);
  }
}

const emailEntry = ({ id, email }: Pick<User, 'id' | 'email'>): string => `${email} ${id}`;

function entryById(member: string): IndexEntry {
  const id = parseUserId(member);
  return { id, place: id };
}

function entryByEmail(member: string): IndexEntry {
  const [email, id] = member.split(' ');
  return { id: parseUserId(id), place: parseStoredEmail(email) };
}

import {
  byLastSeen,
  type Effects,
  isOver,
  isRevoked,
  type Logger,
  orDamaged,
  overAt,
  parseSessionId,
  parseUserId,
  SESSION_ID_PATTERN,
  type Session,
  type SessionId,
  type SessionRepository,
  type Timestamp,
  type User,
  type UserId,
  ValidationFailed,
  wasOver,
} from '@user-management/domain';
import { keys } from '../keys.ts';
import { groupOf, indexed, writesOf } from './effects.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import {
  add,
  command,
  discard,
  drop,
  entriesOf,
  entriesToRemove,
  type Entry,
  namedBy,
  remove,
  replace,
  sendHint,
  textOf,
  trusted,
  UnreadableKey,
} from './records.ts';
import { sessionFromJson, sessionToJson } from './session-json.ts';
import type { Redis } from '../topology/redis.ts';

// Scores of `keys.sessionsOf`. A session that is not over has a higher one: the time when it was last seen.
const ENDED = '0';
const ANNOUNCED = '1';

/** Records that are read at a time. */
const BATCH = 100;

/**
 * `alive` reads no more dead sessions than this. A session that is alive was seen after most dead ones, so it
 * comes before them.
 */
const MOST_DEAD = 1_000;

interface Stored {
  readonly session: Session;
  readonly text: string;
}

/**
 * Stores sessions: the records, an index of the sessions of each user, and an index of when each session is
 * over. No command uses two of these keys, so they may live on different nodes.
 *
 * A session enters both indexes before its record is written, and leaves them after its record is removed. So
 * no record is missing in an index. A reader removes a user's entry that has no record, unless its score has
 * changed: a new session gets its score after its record. If it had that score, the reader removes the other
 * entry too. Otherwise that one stays until `prune`, which finds all that a crash leaves behind. There a
 * session that lives on may have an earlier time, until `prune` meets it. Records have no expiry, because
 * Redis may be configured to evict keys that have one.
 */
export class RedisSessions implements SessionRepository {
  readonly #redis: Runner;
  readonly #logger: Pick<Logger, 'error'> | undefined;

  /** @param logger is told of sessions that a list leaves out, because they are damaged */
  constructor(redis: Redis, logger?: Pick<Logger, 'error'>) {
    this.#redis = onBehalfOf('user store', redis);
    this.#logger = logger;
  }

  async add(session: Session, effects?: Effects): Promise<void> {
    const key = keys.session(session.id);
    const group = groupOf(key, effects);
    const announced = Promise.all([this.#rank(session, ANNOUNCED), this.#expect(session)]);
    const write = async () => {
      await add(this.#redis, [[key, toText(session)], ...writesOf(group)]);
      return true;
    };
    await indexed(this.#redis, group, write, announced);
    sendHint(this.#rank(session, rankOf(session)));
  }

  async find(id: SessionId): Promise<Session | undefined> {
    return (await this.#read(id))?.session;
  }

  /** The index has what can be read and what cannot. Its entry outlasts the end of the session. */
  async has(user: UserId, id: SessionId): Promise<boolean> {
    const [entered, exists] = await Promise.all([
      this.#command('ZSCORE', keys.sessionsOf(user), id),
      this.#command('EXISTS', keys.session(id)),
    ]);
    return entered !== null && exists === 1;
  }

  async update(
    id: SessionId,
    change: (session: Session) => Session,
    effects?: Effects,
    known?: Session,
  ): Promise<Session | undefined> {
    for (let guess = known && { session: known, text: toText(known) }; ; guess = undefined) {
      const stored = guess ?? (await this.#read(id));
      if (!stored) return undefined;
      const changed = change(stored.session);
      if (changed === stored.session && guess) continue;
      if (changed === stored.session || (await this.#replace(stored, changed, effects))) return changed;
    }
  }

  async alive(
    { id, revocations }: Pick<User, 'id' | 'revocations'>,
    now: Timestamp,
    limit: number,
    skip = 0,
  ): Promise<readonly Session[]> {
    const index = keys.sessionsOf(id);
    const wanted = skip + limit;
    // Few users have more sessions than they may have, so it does not read those that are to be skipped.
    if (skip > 0 && (await entriesOf(this.#redis, index, ...inOrder(skip, 1))).length === 0) return [];
    const entries = await entriesOf(this.#redis, index, ...inOrder(0, wanted + MOST_DEAD));
    const alive: Session[] = [];
    for (let start = 0; start < entries.length && alive.length < wanted; start += BATCH) {
      const batch = entries.slice(start, start + BATCH).map((entry) => this.#listed(id, entry));
      const sessions = (await Promise.all(batch)).flatMap((stored) => stored?.session ?? []);
      alive.push(...sessions.filter((session) => !isOver(session, now) && !isRevoked(revocations, session)));
    }
    return alive.sort(byLastSeen).slice(skip, wanted);
  }

  async removeOf(
    user: UserId,
    limit: number,
    before?: (sessions: readonly Session[]) => Promise<void>,
  ): Promise<readonly Session[]> {
    const last = String(Math.min(BATCH, limit) - 1);
    for (;;) {
      const entries = await entriesToRemove(this.#redis, keys.sessionsOf(user), '0', last);
      if (entries.length === 0) return [];
      const read = await Promise.all(entries.map((entry) => orDamaged(this.#entered(user, entry))));
      const stored = read.filter((one) => one !== undefined && one !== 'damaged');
      await before?.(stored.map(({ session }) => session));
      const damaged = entries.filter((_, n) => read[n] === 'damaged');
      await Promise.all(damaged.map((entry) => this.#discard(user, entry)));
      const removed = (await Promise.all(stored.map((one) => this.#remove(one)))).flat();
      if (removed.length > 0) return removed;
    }
  }

  async prune(before: Timestamp, limit: number): Promise<number> {
    let removed = 0;
    while (removed < limit) {
      const count = Math.min(BATCH, limit - removed);
      const bounds = ['-inf', `(${before}`, 'BYSCORE', 'LIMIT', '0', String(count)];
      const entries = await entriesOf(this.#redis, keys.sessionsOver, ...bounds);
      if (entries.length === 0) break;
      const batch = await Promise.all(entries.map((entry) => this.#pruneEntry(entry, before)));
      removed += batch.filter(Boolean).length;
    }
    return removed;
  }

  /** As `#entered`, but a damaged session is left out, because it must not hide the others. */
  async #listed(user: UserId, entry: Entry): Promise<Stored | undefined> {
    try {
      return await this.#entered(user, entry);
    } catch (err) {
      if (!(err instanceof UnreadableKey)) throw err;
      this.#logger?.error({ err, user_id: user }, 'A damaged session was left out of a list.');
      return undefined;
    }
  }

  /** The session of an entry in the user's index. It removes an entry without a session. */
  async #entered(user: UserId, entry: Entry): Promise<Stored | undefined> {
    const index = keys.sessionsOf(user);
    const id = trusted(index, () => parseSessionId(entry.member));
    const stored = await this.#read(id);
    if (stored?.session.userId === user) return stored;
    // The record of an announced session may be about to be written. Any other session had one.
    if (entry.score !== Number(ANNOUNCED)) await this.#leaveOver({ id, userId: user });
    await drop(this.#redis, index, entry);
    return undefined;
  }

  /** Removes the session unless it has changed since it was read. */
  async #remove({ session, text }: Stored): Promise<readonly Session[]> {
    if (!(await remove(this.#redis, keys.session(session.id), text))) return [];
    // The user's index is last: after a crash in between, the repeat still finds the entry and removes both.
    await this.#leaveOver(session);
    await this.#leaveUser(session);
    return [session];
  }

  /** Removes a session that cannot be read. Its entry may be damaged too, and name no session. */
  async #discard(userId: UserId, entry: Entry): Promise<void> {
    if (SESSION_ID_PATTERN.test(entry.member)) {
      const id = parseSessionId(entry.member);
      await this.#command('DEL', keys.session(id));
      await this.#leaveOver({ id, userId });
    }
    await discard(this.#redis, keys.sessionsOf(userId), entry);
  }

  /** Returns whether it removed the session. */
  async #pruneEntry(entry: Entry, before: Timestamp): Promise<boolean> {
    const { member } = entry;
    const named = namedBy(() => parseMember(member));
    if (!named) {
      await discard(this.#redis, keys.sessionsOver, entry);
      return false;
    }
    const [userId, id] = named;
    const stored = await orDamaged(this.#read(id));
    if (stored === 'damaged') await this.#command('DEL', keys.session(id));
    else if (stored && !wasOver(stored.session, before)) {
      await this.#command('ZADD', keys.sessionsOver, 'XX', String(overAt(stored.session)), member);
      return false;
    } else if (stored && !(await remove(this.#redis, keys.session(id), stored.text))) {
      return this.#pruneEntry(entry, before);
    }
    // `sessionsOver` is last: after a crash in between, `prune` still finds the entry and removes both.
    await this.#leaveUser({ id, userId });
    await this.#leaveOver({ id, userId });
    return stored !== undefined;
  }

  /** Returns whether it changed the session. */
  async #replace({ session, text }: Stored, changed: Session, effects?: Effects): Promise<boolean> {
    const key = keys.session(session.id);
    const group = groupOf(key, effects);
    const writes = [[key, toText(changed)], ...writesOf(group)] as const;
    if (!(await indexed(this.#redis, group, () => replace(this.#redis, text, writes)))) return false;
    // `XX`: an entry that is gone stays gone, because a removal may race. `prune` sees for itself that a
    // session lives on.
    sendHint(this.#rank(changed, rankOf(changed), 'XX'));
    if (overAt(changed) < overAt(session)) sendHint(this.#expect(changed, 'XX'));
    return true;
  }

  /** Its place among the sessions of the user. */
  async #rank({ id, userId }: Session, rank: string, ...flags: string[]): Promise<void> {
    await this.#command('ZADD', keys.sessionsOf(userId), ...flags, rank, id);
  }

  /** When it is over. */
  async #expect(session: Session, ...flags: string[]): Promise<void> {
    const member = memberOf(session);
    await this.#command('ZADD', keys.sessionsOver, ...flags, String(overAt(session)), member);
  }

  async #leaveUser({ id, userId }: Pick<Session, 'id' | 'userId'>): Promise<void> {
    await this.#command('ZREM', keys.sessionsOf(userId), id);
  }

  async #leaveOver(session: Pick<Session, 'id' | 'userId'>): Promise<void> {
    await this.#command('ZREM', keys.sessionsOver, memberOf(session));
  }

  async #read(id: SessionId): Promise<Stored | undefined> {
    const key = keys.session(id);
    const text = await textOf(this.#redis, key);
    return text === undefined ? undefined : { text, session: trusted(key, () => parseRecord(id, text)) };
  }

  #command(name: string, key: string, ...args: string[]) {
    return command(this.#redis, name, key, ...args);
  }
}

const toText = (session: Session): string => JSON.stringify(sessionToJson(session));

const rankOf = ({ endedAt, lastSeenAt }: Session): string => (endedAt === null ? String(lastSeenAt) : ENDED);

/** The range of entries of sessions that are not over, the last seen first. */
const inOrder = (start: number, count: number): readonly string[] => [
  ...['+inf', `(${ENDED}`, 'BYSCORE', 'REV', 'LIMIT', String(start), String(count)],
];

/** Names the user too, so that both indexes can be cleaned when the record is gone. */
const memberOf = ({ id, userId }: Pick<Session, 'id' | 'userId'>): string => `${userId} ${id}`;

function parseMember(member: string): readonly [UserId, SessionId] {
  const [user, session] = member.split(' ');
  return [parseUserId(user), parseSessionId(session)];
}

function parseRecord(id: SessionId, text: string): Session {
  const session = sessionFromJson(text);
  if (session.id !== id) throw new ValidationFailed(`must be the session ${id}`);
  return session;
}

import {
  byLastSeen,
  type Effects,
  isOver,
  isRevoked,
  parseSessionId,
  parseUserId,
  type Session,
  type SessionId,
  type SessionRepository,
  type Timestamp,
  unlessUnavailable,
  type User,
  type UserId,
  ValidationFailed,
  wasOver,
} from '@user-management/domain';
import { keys } from '../keys.ts';
import { groupOf, indexed, writesOf } from './effects.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import { add, command, drop, entriesOf, type Entry, remove, replace, trusted, valueOf } from './records.ts';
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
 * changed: a new session gets its score after its record. The other index keeps an entry until `prune`, so
 * `prune` finds all that a crash leaves behind. Records have no expiry, because Redis may be configured to
 * evict keys that have one.
 */
export class RedisSessions implements SessionRepository {
  readonly #redis: Runner;

  constructor(redis: Redis) {
    this.#redis = onBehalfOf('user store', redis);
  }

  async add(session: Session, effects?: Effects): Promise<void> {
    const key = keys.session(session.id);
    const group = groupOf(key, effects);
    await this.#index(session, ANNOUNCED);
    await indexed(this.#redis, group, async () => {
      await add(this.#redis, [[key, textOf(session)], ...writesOf(group)]);
      return true;
    });
    await this.#index(session, rankOf(session));
  }

  async find(id: SessionId): Promise<Session | undefined> {
    return (await this.#read(id))?.session;
  }

  async update(
    id: SessionId,
    change: (session: Session) => Session,
    effects?: Effects,
  ): Promise<Session | undefined> {
    const key = keys.session(id);
    for (;;) {
      const stored = await this.#read(id);
      if (!stored) return undefined;
      const changed = change(stored.session);
      if (changed === stored.session) return changed;
      const group = groupOf(key, effects);
      const writes = [[key, textOf(changed)], ...writesOf(group)] as const;
      if (await indexed(this.#redis, group, () => replace(this.#redis, stored.text, writes))) {
        // `XX`: an entry that is gone stays gone, because a removal may race. The indexes are hints, so the
        // change is complete without them when Redis is full.
        await unlessUnavailable(this.#index(changed, rankOf(changed), 'XX'));
        return changed;
      }
    }
  }

  async alive(
    { id, revocations }: Pick<User, 'id' | 'revocations'>,
    now: Timestamp,
    limit: number,
    skip = 0,
  ): Promise<readonly Session[]> {
    const wanted = skip + limit;
    const bounds = ['+inf', `(${ENDED}`, 'BYSCORE', 'REV', 'LIMIT', '0', String(wanted + MOST_DEAD)];
    const entries = await entriesOf(this.#redis, keys.sessionsOf(id), ...bounds);
    const alive: Session[] = [];
    if (entries.length <= skip) return alive;
    for (let start = 0; start < entries.length && alive.length < wanted; start += BATCH) {
      const batch = entries.slice(start, start + BATCH).map((entry) => this.#entered(id, entry));
      const sessions = (await Promise.all(batch)).flatMap((stored) => stored?.session ?? []);
      alive.push(...sessions.filter((session) => !isOver(session, now) && !isRevoked(revocations, session)));
    }
    return alive.sort(byLastSeen).slice(skip, wanted);
  }

  async removeOf(user: UserId, limit: number): Promise<readonly Session[]> {
    const removed: Session[] = [];
    while (removed.length < limit) {
      const count = Math.min(BATCH, limit - removed.length);
      const entries = await entriesOf(this.#redis, keys.sessionsOf(user), '0', String(count - 1));
      if (entries.length === 0) break;
      const batch = entries.map((entry) => this.#removeEntered(user, entry));
      removed.push(...(await Promise.all(batch)).flat());
    }
    return removed;
  }

  async prune(before: Timestamp, limit: number): Promise<number> {
    let removed = 0;
    while (removed < limit) {
      const count = Math.min(BATCH, limit - removed);
      const bounds = ['-inf', `(${before}`, 'BYSCORE', 'LIMIT', '0', String(count)];
      const entries = await entriesOf(this.#redis, keys.sessionsOver, ...bounds);
      if (entries.length === 0) break;
      const batch = await Promise.all(entries.map(({ member }) => this.#pruneMember(member, before)));
      removed += batch.filter(Boolean).length;
    }
    return removed;
  }

  /** The session of an entry in the user's index. It removes an entry without a session. */
  async #entered(user: UserId, entry: Entry): Promise<Stored | undefined> {
    const index = keys.sessionsOf(user);
    const stored = await this.#read(trusted(index, () => parseSessionId(entry.member)));
    if (stored?.session.userId === user) return stored;
    await drop(this.#redis, index, entry);
    return undefined;
  }

  async #removeEntered(user: UserId, entry: Entry): Promise<readonly Session[]> {
    const stored = await this.#entered(user, entry);
    if (!stored) return [];
    const { session, text } = stored;
    // Another writer has changed the session: read it again, because it may name other tokens.
    if (!(await remove(this.#redis, keys.session(session.id), text))) return this.#removeEntered(user, entry);
    await this.#leave(session);
    return [session];
  }

  /** Returns whether it removed the session. */
  async #pruneMember(member: string, before: Timestamp): Promise<boolean> {
    const [userId, id] = trusted(keys.sessionsOver, () => parseMember(member));
    const stored = await this.#read(id);
    if (stored && !wasOver(stored.session, before)) {
      await this.#command('ZADD', keys.sessionsOver, 'XX', overAt(stored.session), member);
      return false;
    }
    if (stored && !(await remove(this.#redis, keys.session(id), stored.text))) {
      return this.#pruneMember(member, before);
    }
    await this.#leave({ id, userId });
    return stored !== undefined;
  }

  async #index(session: Session, rank: string, ...flags: string[]): Promise<void> {
    await Promise.all([
      this.#command('ZADD', keys.sessionsOf(session.userId), ...flags, rank, session.id),
      this.#command('ZADD', keys.sessionsOver, ...flags, overAt(session), memberOf(session)),
    ]);
  }

  /** `sessionsOver` is last: after a crash in between, `prune` still finds the entry and removes both. */
  async #leave(session: Pick<Session, 'id' | 'userId'>): Promise<void> {
    await this.#command('ZREM', keys.sessionsOf(session.userId), session.id);
    await this.#command('ZREM', keys.sessionsOver, memberOf(session));
  }

  async #read(id: SessionId): Promise<Stored | undefined> {
    const key = keys.session(id);
    const value = await valueOf(this.#redis, key);
    return value && { text: value.text, session: trusted(key, () => parseRecord(id, value.text)) };
  }

  #command(name: string, key: string, ...args: string[]) {
    return command(this.#redis, name, key, ...args);
  }
}

const textOf = (session: Session): string => JSON.stringify(sessionToJson(session));

const rankOf = ({ endedAt, lastSeenAt }: Session): string => (endedAt === null ? String(lastSeenAt) : ENDED);

const overAt = ({ endedAt, expiresAt }: Session): string => String(Math.min(endedAt ?? expiresAt, expiresAt));

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

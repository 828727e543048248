import {
  byLastSeen,
  type Effects,
  isOver,
  isRevoked,
  type Session,
  type SessionId,
  type SessionRepository,
  type Timestamp,
  type User,
  type UserId,
  wasOver,
} from '@user-management/domain';
import { MemoryOutbox } from './memory-outbox.ts';
import { promised } from './promised.ts';

/** Sessions in the memory of one process. Each operation is one turn of the event loop, so it is atomic. */
export class MemorySessions implements SessionRepository {
  readonly #sessions = new Map<SessionId, Session>();
  readonly #effects: MemoryOutbox;

  constructor(effects = new MemoryOutbox()) {
    this.#effects = effects;
  }

  add(session: Session, effects?: Effects): Promise<void> {
    this.#sessions.set(session.id, session);
    if (effects) this.#effects.write(effects);
    return Promise.resolve();
  }

  find(id: SessionId): Promise<Session | undefined> {
    return Promise.resolve(this.#sessions.get(id));
  }

  has(user: UserId, id: SessionId): Promise<boolean> {
    return Promise.resolve(this.#sessions.get(id)?.userId === user);
  }

  update(
    id: SessionId,
    change: (session: Session) => Session,
    effects?: Effects,
  ): Promise<Session | undefined> {
    return promised(() => {
      const session = this.#sessions.get(id);
      if (!session) return undefined;
      const changed = change(session);
      this.#sessions.set(id, changed);
      if (effects && changed !== session) this.#effects.write(effects);
      return changed;
    });
  }

  alive(
    { id, revocations }: Pick<User, 'id' | 'revocations'>,
    now: Timestamp,
    limit: number,
    skip = 0,
  ): Promise<readonly Session[]> {
    const alive = this.#of(id).filter((session) => !isOver(session, now) && !isRevoked(revocations, session));
    return Promise.resolve(alive.sort(byLastSeen).slice(skip, skip + limit));
  }

  async removeOf(
    user: UserId,
    limit: number,
    before?: (sessions: readonly Session[]) => Promise<void>,
  ): Promise<readonly Session[]> {
    for (;;) {
      const sessions = this.#of(user).slice(0, limit);
      if (sessions.length === 0) return [];
      await before?.(sessions);
      const removed = this.#remove(sessions.filter((session) => this.#sessions.get(session.id) === session));
      if (removed.length > 0) return removed;
    }
  }

  prune(before: Timestamp, limit: number): Promise<number> {
    const over = [...this.#sessions.values()].filter((session) => wasOver(session, before));
    return Promise.resolve(this.#remove(over.slice(0, limit)).length);
  }

  #of(user: UserId): Session[] {
    return [...this.#sessions.values()].filter(({ userId }) => userId === user);
  }

  #remove(sessions: readonly Session[]): readonly Session[] {
    for (const { id } of sessions) this.#sessions.delete(id);
    return sessions;
  }
}

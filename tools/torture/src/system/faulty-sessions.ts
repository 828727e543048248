import type {
  Effects,
  Event,
  Session,
  SessionId,
  SessionRepository,
  Timestamp,
  User,
  UserId,
} from '@user-management/domain';
import type { Trouble } from './trouble.ts';

/** Hears of the events of every acknowledged change. */
export type Hear = (event: Event) => void;

/** A store of sessions in trouble. */
export class FaultySessions implements SessionRepository {
  readonly #sessions: SessionRepository;
  readonly #trouble: Trouble;
  readonly #hear: Hear;

  constructor(sessions: SessionRepository, trouble: Trouble, hear: Hear) {
    this.#sessions = sessions;
    this.#trouble = trouble;
    this.#hear = hear;
  }

  add(session: Session, effects?: Effects): Promise<void> {
    return this.#trouble.aroundWrite(() => this.#sessions.add(session, effects));
  }

  find(id: SessionId): Promise<Session | undefined> {
    return this.#trouble.around(() => this.#sessions.find(id));
  }

  async update(
    id: SessionId,
    change: (session: Session) => Session,
    effects?: Effects,
    known?: Session,
  ): Promise<Session | undefined> {
    const last = { changed: false };
    const watched = (session: Session): Session => {
      const result = change(session);
      last.changed = result !== session;
      return result;
    };
    const update = () => this.#sessions.update(id, watched, effects, known);
    const session = await this.#trouble.aroundWrite(update);
    if (last.changed) effects?.events.forEach(this.#hear);
    return session;
  }

  alive(
    user: Pick<User, 'id' | 'revocations'>,
    now: Timestamp,
    limit: number,
    skip?: number,
  ): Promise<readonly Session[]> {
    return this.#trouble.around(() => this.#sessions.alive(user, now, limit, skip));
  }

  removeOf(
    user: UserId,
    limit: number,
    before?: (sessions: readonly Session[]) => Promise<void>,
  ): Promise<readonly Session[]> {
    return this.#trouble.aroundWrite(() => this.#sessions.removeOf(user, limit, before));
  }

  prune(before: Timestamp, limit: number): Promise<number> {
    return this.#trouble.aroundWrite(() => this.#sessions.prune(before, limit));
  }
}

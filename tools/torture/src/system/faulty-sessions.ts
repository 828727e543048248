import type {
  Effects,
  Session,
  SessionId,
  SessionRepository,
  Timestamp,
  User,
  UserId,
} from '@user-management/domain';
import type { Trouble } from './trouble.ts';

/** A store of sessions in trouble. */
export class FaultySessions implements SessionRepository {
  readonly #sessions: SessionRepository;
  readonly #trouble: Trouble;

  constructor(sessions: SessionRepository, trouble: Trouble) {
    this.#sessions = sessions;
    this.#trouble = trouble;
  }

  add(session: Session, effects?: Effects): Promise<void> {
    return this.#trouble.aroundWrite(() => this.#sessions.add(session, effects));
  }

  find(id: SessionId): Promise<Session | undefined> {
    return this.#trouble.around(() => this.#sessions.find(id));
  }

  update(
    id: SessionId,
    change: (session: Session) => Session,
    effects?: Effects,
  ): Promise<Session | undefined> {
    return this.#trouble.aroundWrite(() => this.#sessions.update(id, change, effects));
  }

  alive(
    user: Pick<User, 'id' | 'revocations'>,
    now: Timestamp,
    limit: number,
    skip?: number,
  ): Promise<readonly Session[]> {
    return this.#trouble.around(() => this.#sessions.alive(user, now, limit, skip));
  }

  removeOf(user: UserId, limit: number): Promise<readonly Session[]> {
    return this.#trouble.aroundWrite(() => this.#sessions.removeOf(user, limit));
  }

  prune(before: Timestamp, limit: number): Promise<number> {
    return this.#trouble.aroundWrite(() => this.#sessions.prune(before, limit));
  }
}

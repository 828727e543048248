import type {
  Effects,
  Session,
  SessionId,
  SessionRepository,
  Timestamp,
  User,
  UserId,
} from '@user-management/domain';
import { type Listener, toldAddition, toldUpdate } from './told.ts';
import type { Trouble } from './trouble.ts';

/** A store of sessions in trouble. */
export class FaultySessions implements SessionRepository {
  readonly #sessions: SessionRepository;
  readonly #trouble: Trouble;
  readonly #listener: Listener;

  constructor(sessions: SessionRepository, trouble: Trouble, listener: Listener) {
    this.#sessions = sessions;
    this.#trouble = trouble;
    this.#listener = listener;
  }

  add(session: Session, effects?: Effects): Promise<void> {
    return toldAddition(this.#listener, effects, () =>
      this.#trouble.aroundWrite(() => this.#sessions.add(session, effects)),
    );
  }

  find(id: SessionId): Promise<Session | undefined> {
    return this.#trouble.around(() => this.#sessions.find(id));
  }

  has(user: UserId, id: SessionId): Promise<boolean> {
    return this.#trouble.around(() => this.#sessions.has(user, id));
  }

  update(
    id: SessionId,
    change: (session: Session) => Session,
    effects?: Effects,
    known?: Session,
  ): Promise<Session | undefined> {
    return toldUpdate(this.#listener, effects, change, (watched) =>
      this.#trouble.aroundWrite(() => this.#sessions.update(id, watched, effects, known)),
    );
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

import { randomUUID } from 'node:crypto';
import {
  type Addition,
  type Effects,
  type Email,
  EmailTaken,
  isListed,
  lastActive,
  placeOf,
  type User,
  type UserFilter,
  type UserId,
  UserNotFound,
  type UserPage,
  type UserPlace,
  type UserRepository,
} from '@user-management/domain';
import { MemoryOutbox } from './memory-outbox.ts';
import { promised } from './promised.ts';

/** Users in the memory of one process. Each operation takes one turn of the event loop, so it is atomic. */
export class MemoryUsers implements UserRepository {
  readonly dataset = `memory:${randomUUID()}`;
  readonly #users = new Map<UserId, User>();
  readonly #idsByEmail = new Map<Email, UserId>();
  readonly #effects: MemoryOutbox;

  constructor(effects = new MemoryOutbox()) {
    this.#effects = effects;
  }

  findById(id: UserId): Promise<User | undefined> {
    return Promise.resolve(this.#users.get(id));
  }

  async findByEmail(email: Email, allowed?: Promise<unknown>): Promise<User | undefined> {
    await allowed;
    const id = this.#idsByEmail.get(email);
    return id && this.#users.get(id);
  }

  idsByEmail(emails: readonly Email[]): Promise<ReadonlyMap<Email, UserId>> {
    return Promise.resolve(
      new Map(
        emails.flatMap((email) => {
          const id = this.#idsByEmail.get(email);
          return id ? [[email, id]] : [];
        }),
      ),
    );
  }

  add(user: User, effects?: Effects): Promise<void> {
    return promised(() => {
      if (!this.#add({ user, effects })) throw new EmailTaken();
    });
  }

  addAll(additions: readonly Addition[]): Promise<readonly boolean[]> {
    return promised(() => additions.map((addition) => this.#add(addition)));
  }

  update(id: UserId, change: (user: User) => User, effects?: Effects): Promise<User> {
    return promised(() => {
      const user = this.#users.get(id);
      if (!user) throw new UserNotFound();
      const changed = change(user);
      if ((this.#idsByEmail.get(changed.email) ?? id) !== id) throw new EmailTaken();
      this.#idsByEmail.delete(user.email);
      this.#idsByEmail.set(changed.email, id);
      this.#users.set(id, changed);
      if (effects && changed !== user) this.#effects.write(effects);
      return changed;
    });
  }

  remove({ id }: Pick<User, 'id'>): Promise<void> {
    return promised(() => {
      const user = this.#users.get(id);
      if (!user) return;
      this.#users.delete(id);
      this.#idsByEmail.delete(user.email);
    });
  }

  list(filter: UserFilter, limit: number, after?: UserPlace): Promise<UserPage> {
    const isAfter = (user: User) => after === undefined || placeOf(user, filter) > after;
    const users = [...this.#users.values()].filter((user) => isListed(user, filter) && isAfter(user));
    users.sort((a, b) => (placeOf(a, filter) < placeOf(b, filter) ? -1 : 1));
    const shown = users.slice(0, limit);
    const last = users.length > limit ? shown.at(-1) : undefined;
    return Promise.resolve({ users: shown, damaged: [], next: last ? placeOf(last, filter) : null });
  }

  beingDeleted(limit: number): Promise<readonly UserId[]> {
    const users = [...this.#users.values()].filter(({ status }) => status === 'deleting');
    return Promise.resolve(users.slice(0, limit).map(({ id }) => id));
  }

  mostRecentlyActive(limit: number): Promise<readonly UserId[]> {
    const users = [...this.#users.values()].sort((a, b) => lastActive(b) - lastActive(a));
    return Promise.resolve(users.slice(0, limit).map((user) => user.id));
  }

  /** Returns false where the email is taken. */
  #add({ user, effects }: Addition): boolean {
    if (this.#idsByEmail.has(user.email)) return false;
    this.#idsByEmail.set(user.email, user.id);
    this.#users.set(user.id, user);
    if (effects) this.#effects.write(effects);
    return true;
  }
}

import type {
  Addition,
  Effects,
  Email,
  Removal,
  User,
  UserFilter,
  UserId,
  UserPage,
  UserPlace,
  UserRepository,
} from '@user-management/domain';
import { type Listener, toldAddition, toldUpdate } from './told.ts';
import type { Trouble } from './trouble.ts';

/** A store of users in trouble. */
export class FaultyUsers implements UserRepository {
  readonly #users: UserRepository;
  readonly #trouble: Trouble;
  readonly #listener: Listener;

  constructor(users: UserRepository, trouble: Trouble, listener: Listener) {
    this.#users = users;
    this.#trouble = trouble;
    this.#listener = listener;
  }

  get dataset(): string {
    return this.#users.dataset;
  }

  findById(id: UserId): Promise<User | undefined> {
    return this.#trouble.around(() => this.#users.findById(id));
  }

  findByEmail(email: Email, allowed?: Promise<unknown>): Promise<User | undefined> {
    return this.#trouble.around(() => this.#users.findByEmail(email, allowed));
  }

  idsByEmail(emails: readonly Email[]): Promise<ReadonlyMap<Email, UserId>> {
    return this.#trouble.around(() => this.#users.idsByEmail(emails));
  }

  add(user: User, effects?: Effects): Promise<void> {
    return toldAddition(this.#listener, effects, () =>
      this.#trouble.aroundWrite(() => this.#users.add(user, effects)),
    );
  }

  addAll(additions: readonly Addition[]): Promise<readonly boolean[]> {
    return this.#trouble.aroundWrite(() => this.#users.addAll(additions));
  }

  update(id: UserId, change: (user: User) => User, effects?: Effects, known?: User): Promise<User> {
    return toldUpdate(this.#listener, effects, change, (watched) =>
      this.#trouble.aroundWrite(() => this.#users.update(id, watched, effects, known)),
    );
  }

  remove(user: Removal): Promise<void> {
    return this.#trouble.aroundWrite(() => this.#users.remove(user));
  }

  list(filter: UserFilter, limit: number, after?: UserPlace): Promise<UserPage> {
    return this.#trouble.around(() => this.#users.list(filter, limit, after));
  }

  beingDeleted(limit: number): Promise<readonly UserId[]> {
    return this.#trouble.around(() => this.#users.beingDeleted(limit));
  }

  mostRecentlyActive(limit: number): Promise<readonly UserId[]> {
    return this.#trouble.around(() => this.#users.mostRecentlyActive(limit));
  }
}

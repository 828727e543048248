import { setTimeout as wait } from 'node:timers/promises';
import {
  DependencyUnavailable,
  type Email,
  type User,
  type UserId,
  type UserRepository,
} from '@user-management/domain';
import type { Random } from '../random.ts';

/** A store that is sometimes slow, and that sometimes fails before or after its work. */
export class FaultyStore implements UserRepository {
  readonly #store: UserRepository;
  readonly #random: Random;
  readonly #cutOff: () => void;
  #isFaulty = true;

  /** @param cutOff cuts the connection to the cache. Sometimes called just after a write: the worst moment */
  constructor(store: UserRepository, random: Random, cutOff: () => void) {
    this.#store = store;
    this.#random = random;
    this.#cutOff = cutOff;
  }

  get dataset(): string {
    return this.#store.dataset;
  }

  /** Ends all faults of this store. */
  heal(): void {
    this.#isFaulty = false;
  }

  findById(id: UserId): Promise<User | undefined> {
    return this.#around(() => this.#store.findById(id));
  }

  findByEmail(email: Email): Promise<User | undefined> {
    return this.#around(() => this.#store.findByEmail(email));
  }

  add(user: User): Promise<void> {
    return this.#around(() => this.#written(this.#store.add(user)));
  }

  update(id: UserId, change: (user: User) => User): Promise<User> {
    return this.#around(() => this.#written(this.#store.update(id, change)));
  }

  mostRecentlyActive(limit: number): Promise<readonly UserId[]> {
    return this.#around(() => this.#store.mostRecentlyActive(limit));
  }

  async #written<T>(write: Promise<T>): Promise<T> {
    const result = await write;
    if (this.#isFaulty && this.#random.chance(8)) this.#cutOff();
    return result;
  }

  async #around<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isFaulty) return work();
    await this.#trouble();
    const result = await work();
    await this.#trouble();
    return result;
  }

  /** Long waits matter most, because they let later operations finish first. */
  async #trouble(): Promise<void> {
    const longest = this.#random.pickWeighted([
      [5, 0],
      [3, 5],
      [2, MAX_WAIT_MS],
    ]);
    if (longest > 0) await wait(this.#random.integer(0, longest));
    if (this.#random.chance(1)) {
      throw new DependencyUnavailable('user store', { cause: new Error('an injected fault') });
    }
  }
}

/** A call is delayed twice, each time by at most this time. */
const MAX_WAIT_MS = 120;

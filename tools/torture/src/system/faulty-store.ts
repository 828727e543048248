import { setTimeout as wait } from 'node:timers/promises';
import {
  DependencyUnavailable,
  type Email,
  type User,
  type UserId,
  type UserRepository,
} from '@user-management/domain';
import type { Random } from '../random.ts';

/** A store that is slow at times, and that fails at times: before it has done its work, or after. */
export class FaultyStore implements UserRepository {
  readonly #store: UserRepository;
  readonly #random: Random;
  readonly #cutOff: () => void;
  #isFaulty = true;

  /** @param cutOff takes the cache from whoever has just written, now and then: the moment that hurts most */
  constructor(store: UserRepository, random: Random, cutOff: () => void) {
    this.#store = store;
    this.#random = random;
    this.#cutOff = cutOff;
  }

  get dataset(): string {
    return this.#store.dataset;
  }

  /** From now on it is as good as the store behind it. */
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

  /** Long waits matter most: they let others finish what began later. */
  async #trouble(): Promise<void> {
    const longest = this.#random.pickWeighted([
      [5, 0],
      [3, 5],
      [2, MAX_WAIT_MS],
    ]);
    if (longest > 0) await wait(this.#random.integer(0, longest));
    if (this.#random.chance(1)) {
      throw new DependencyUnavailable('user store', { cause: new Error('made to fail') });
    }
  }
}

/** Twice this is added to a call, at most. */
const MAX_WAIT_MS = 120;

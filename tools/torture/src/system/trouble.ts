import { setTimeout as wait } from 'node:timers/promises';
import { DependencyUnavailable } from '@user-management/domain';
import type { Random } from '../random.ts';

/** A call is delayed twice, each time by at most this time. */
const MAX_WAIT_MS = 120;

/** What happens to the calls of a dependency: some are slow, and some fail before or after their work. */
export class Trouble {
  readonly #random: Random;
  readonly #cutOff: () => void;
  readonly #dependency: DependencyUnavailable['dependency'];
  readonly #failures: number;
  #isFaulty = true;

  /**
   * @param failures the probability of each of the two moments, in percent.
   * @param cutOff cuts the connection to the cache. Sometimes called just after a write: the worst moment
   */
  constructor(
    random: Random,
    dependency: DependencyUnavailable['dependency'],
    failures: number,
    cutOff: () => void = () => undefined,
  ) {
    this.#random = random;
    this.#dependency = dependency;
    this.#failures = failures;
    this.#cutOff = cutOff;
  }

  /** Ends all faults. */
  end(): void {
    this.#isFaulty = false;
  }

  async aroundWrite<T>(write: () => Promise<T>): Promise<T> {
    return this.around(async () => {
      const result = await write();
      if (this.#isFaulty && this.#random.chance(8)) this.#cutOff();
      return result;
    });
  }

  async around<T>(work: () => Promise<T>): Promise<T> {
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
    if (this.#random.chance(this.#failures)) {
      throw new DependencyUnavailable(this.#dependency, { cause: new Error('an injected fault') });
    }
  }
}

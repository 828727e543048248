import { DependencyUnavailable, EmailTaken } from '@user-management/domain';
import { Patience } from './patience.ts';

/**
 * The meaning of an engine's error:
 * - `try-again`: nothing was written, and a retry of the same statement may succeed.
 * - `unavailable`: the engine is unreachable or cannot work; a write may have happened.
 * - `fault`: every other error is a defect in this code or in the schema.
 */
export type Verdict = 'email-taken' | 'try-again' | 'unavailable' | 'fault';
type Diagnose = (error: unknown) => Verdict;

/** Runs statements, each as a transaction, and translates their errors into errors of the domain. */
export class Statements {
  readonly #diagnose: Diagnose;
  readonly #patienceMs: number;
  readonly #longestMs: number | undefined;

  /**
   * @param patienceMs the time limit of retries.
   * @param longestMs the time limit of a caller's wait, for an engine that may not answer.
   */
  constructor(diagnose: Diagnose, patienceMs: number, longestMs?: number) {
    this.#diagnose = diagnose;
    this.#patienceMs = patienceMs;
    this.#longestMs = longestMs;
  }

  /** @throws {EmailTaken | DependencyUnavailable} */
  run<T>(statement: () => Promise<T>): Promise<T> {
    const patience = this.patience();
    return patience.limit(this.#run(statement, patience));
  }

  patience(): Patience {
    return new Patience(this.#patienceMs, this.#longestMs);
  }

  async #run<T>(statement: () => Promise<T>, patience: Patience): Promise<T> {
    for (;;) {
      try {
        return await statement();
      } catch (error) {
        await this.#settle(error, patience);
      }
    }
  }

  async #settle(error: unknown, patience: Patience): Promise<void> {
    switch (this.#diagnose(error)) {
      case 'email-taken':
        throw new EmailTaken();
      case 'try-again':
        return patience.wait(error);
      case 'unavailable':
        throw new DependencyUnavailable('user store', { cause: error });
      case 'fault':
        throw error;
    }
  }
}

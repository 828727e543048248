import { DependencyUnavailable, EmailTaken } from '@user-management/domain';
import { Patience } from './patience.ts';

/**
 * What an engine's error means:
 * - `try-again`: nothing was written, and the same statement may well succeed now.
 * - `unavailable`: the engine cannot be reached or cannot work; a write may or may not have happened.
 * - `fault`: anything else, so a mistake in this code or in the schema.
 */
export type Verdict = 'email-taken' | 'try-again' | 'unavailable' | 'fault';
export type Diagnose = (error: unknown) => Verdict;

/** Runs statements, each a transaction of its own, and says in the domain's terms how they failed. */
export class Statements {
  readonly #diagnose: Diagnose;
  readonly #patienceMs: number;

  /** @param patienceMs how long what may be tried again is tried again. */
  constructor(diagnose: Diagnose, patienceMs: number) {
    this.#diagnose = diagnose;
    this.#patienceMs = patienceMs;
  }

  /** @throws {EmailTaken | DependencyUnavailable} */
  async run<T>(statement: () => Promise<T>): Promise<T> {
    const patience = this.patience();
    for (;;) {
      try {
        return await statement();
      } catch (error) {
        await this.#settle(error, patience);
      }
    }
  }

  patience(): Patience {
    return new Patience(this.#patienceMs);
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

import { isDeepStrictEqual } from 'node:util';
import type { AuthTokenRecord, Digest } from '@user-management/domain';
import type { Journal } from './journal.ts';

/**
 * The number of data losses of Redis before the start of a call. `undefined` when the call started in one.
 */
export type Start = number | undefined;

interface Fate {
  readonly record: AuthTokenRecord;
  readonly savedAfter: Start;
  /** True after an attempt to revoke the token: a read may then find nothing. */
  mayBeGone: boolean;
  /** The time of the acknowledged revocation. `undefined` when a loss may have undone it. */
  revokedAt: number | undefined;
}

interface TokenReading {
  readonly token: Digest;
  readonly isRevoked: boolean;
}

/**
 * Knows the history of every token and every data loss of Redis. A loss removes tokens. An old snapshot also
 * restores the tokens that were revoked after it. Throws a {Violation} when an answer contradicts the
 * history.
 */
export class TokenHistory {
  readonly #journal: Journal;
  readonly #fates = new Map<Digest, Fate>();
  #losses = 0;
  #isLosing = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** All saved tokens, the latest last. */
  get all(): readonly Digest[] {
    return [...this.#fates.keys()];
  }

  start(): Start {
    return this.#isLosing ? undefined : this.#losses;
  }

  saved(token: Digest, record: AuthTokenRecord, start: Start): void {
    this.#fates.set(token, { record, savedAfter: start, mayBeGone: false, revokedAt: undefined });
  }

  revoking(token: Digest): Start {
    this.#fate(token).mayBeGone = true;
    return this.start();
  }

  /** Ignores a revocation that was in flight during a loss, because the loss may have undone it. */
  revoked(token: Digest, start: Start): void {
    if (start !== undefined && start === this.start()) this.#fate(token).revokedAt = performance.now();
  }

  /**
   * From now until `lossEnds`, Redis may return to its state at any time after `since`. Without `since` it is
   * empty.
   */
  lossBegins(since = Infinity): void {
    this.#isLosing = true;
    this.#losses += 1;
    for (const fate of this.#fates.values()) {
      if (fate.revokedAt !== undefined && fate.revokedAt > since) fate.revokedAt = undefined;
    }
  }

  lossEnds(): void {
    this.#isLosing = false;
  }

  begin(token: Digest): TokenReading {
    return { token, isRevoked: this.#fate(token).revokedAt !== undefined };
  }

  answered({ token, isRevoked }: TokenReading, found: AuthTokenRecord | undefined): void {
    const { record, savedAfter, mayBeGone, revokedAt } = this.#fate(token);
    if (found && isRevoked && revokedAt !== undefined) this.#violated(token, 'found after it was revoked');
    if (found && !isDeepStrictEqual(found, record)) this.#violated(token, `found ${JSON.stringify(found)}`);
    if (!found && !mayBeGone && savedAfter === this.#losses) this.#violated(token, 'not found');
  }

  #fate(token: Digest): Fate {
    const fate = this.#fates.get(token);
    if (!fate) throw new Error('This token was never saved.');
    return fate;
  }

  #violated(token: Digest, what: string): never {
    throw this.#journal.violation(`token ${token}`, token, what);
  }
}

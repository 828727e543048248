import { isDeepStrictEqual } from 'node:util';
import type { AuthToken, AuthTokenRecord } from '@user-management/domain';
import { type Journal, Violation } from './journal.ts';

/** Losses of Redis' data that were over when a call started; nothing when one was under way. */
type Start = number | undefined;

interface Fate {
  readonly record: AuthTokenRecord;
  readonly savedAfter: Start;
  /** Somebody has tried to revoke it, so it need not be found. */
  mayBeGone: boolean;
  /** When its revocation was acknowledged, unless that may have been undone. */
  revokedAt: number | undefined;
}

export interface TokenReading {
  readonly token: AuthToken;
  readonly isRevoked: boolean;
}

/**
 * What became of every token, and what Redis did to all of them: a loss takes tokens away, an old snapshot
 * also brings back those that were revoked after it was taken. Throws a {Violation} when an answer does not
 * agree with that.
 */
export class TokenHistory {
  readonly #journal: Journal;
  readonly #fates = new Map<AuthToken, Fate>();
  #losses = 0;
  #isLosing = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Every token that was saved, the latest last. */
  get all(): readonly AuthToken[] {
    return [...this.#fates.keys()];
  }

  start(): Start {
    return this.#isLosing ? undefined : this.#losses;
  }

  saved(token: AuthToken, record: AuthTokenRecord, start: Start): void {
    this.#fates.set(token, { record, savedAfter: start, mayBeGone: false, revokedAt: undefined });
  }

  revoking(token: AuthToken): Start {
    this.#fate(token).mayBeGone = true;
    return this.start();
  }

  /** An answer that was on its way during a loss may tell of what has been undone. */
  revoked(token: AuthToken, start: Start): void {
    if (start !== undefined && start === this.start()) this.#fate(token).revokedAt = performance.now();
  }

  /**
   * From now until `lossEnds` Redis may go back to what it held at some moment after `since`; without
   * `since`, to nothing.
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

  begin(token: AuthToken): TokenReading {
    return { token, isRevoked: this.#fate(token).revokedAt !== undefined };
  }

  answered({ token, isRevoked }: TokenReading, found: AuthTokenRecord | undefined): void {
    const { record, savedAfter, mayBeGone, revokedAt } = this.#fate(token);
    if (found && isRevoked && revokedAt !== undefined) this.#violated(token, 'found after it was revoked');
    if (found && !isDeepStrictEqual(found, record)) this.#violated(token, `found ${JSON.stringify(found)}`);
    if (!found && !mayBeGone && savedAfter === this.#losses) this.#violated(token, 'not found');
  }

  #fate(token: AuthToken): Fate {
    const fate = this.#fates.get(token);
    if (!fate) throw new Error('nobody saved this token');
    return fate;
  }

  #violated(token: AuthToken, what: string): never {
    this.#journal.tell('VIOLATION', what, token);
    throw new Violation(`token ${token}: ${what}\n${this.#journal.story(token, '')}`);
  }
}

import {
  type Auth,
  type Caller,
  type Clock,
  RefreshTokenReused,
  type SessionId,
} from '@user-management/domain';
import type { AccountHistory } from './account-history.ts';
import type { Journal } from './journal.ts';
import type { Pair, SessionFate, Use } from './session-fate.ts';
import type { Start, TokenHistory } from './token-history.ts';

/** One check of a token. */
export interface Check {
  readonly pair: Pair;
  readonly wasDead: boolean;
}

interface Lifetimes {
  readonly graceMs: number;
  readonly tokenMs: number;
}

/**
 * Knows every pair of tokens of every session. Throws a {Violation} when a token or refresh token works after
 * the end of its session, or does not work although nobody ended the session.
 */
export class SessionHistory {
  readonly #journal: Journal;
  readonly #accounts: AccountHistory;
  readonly #losses: Pick<TokenHistory, 'start'>;
  readonly #clock: Clock;
  readonly #lifetimes: Lifetimes;

  constructor(
    accounts: AccountHistory,
    around: { journal: Journal; losses: Pick<TokenHistory, 'start'>; clock: Clock },
    lifetimes: Lifetimes,
  ) {
    this.#accounts = accounts;
    this.#journal = around.journal;
    this.#losses = around.losses;
    this.#clock = around.clock;
    this.#lifetimes = lifetimes;
  }

  check(pair: Pair): Check {
    return { pair, wasDead: pair.session.isDead };
  }

  accepted({ pair, wasDead }: Check, { record, user }: Caller): void {
    if (wasDead) this.#violated(pair, 'its token works after the session was ended');
    const isRight = record.sessionId === pair.session.id && user.id === pair.session.account.id;
    if (!isRight) this.#violated(pair, `its token is one of ${record.sessionId} of ${user.id}`);
  }

  rejected({ pair }: Check): void {
    const now = this.#clock.now();
    const mayBeGone = this.#isLost(pair) || this.#isReplaced(pair, now);
    if (mayBeGone || now >= pair.madeAt + this.#lifetimes.tokenMs) return;
    if (!pair.session.mayBeDead(now))
      this.#violated(pair, 'its token was refused, but nobody ended the session');
  }

  /** Call it before the refresh token is used. */
  use(pair: Pair): Use {
    const { session } = pair;
    const [now, { graceMs }] = [this.#clock.now(), this.#lifetimes];
    const start = this.#losses.start();
    for (const other of session.uses) {
      // For a slower use of an older refresh token, this one makes it older by one generation.
      if (other.pair.generation < pair.generation) other.mayBeReuseFrom = Math.min(other.mayBeReuseFrom, now);
    }
    pair.firstUse ??= now;
    const isTooOld = this.isPastGrace(pair) || pair.successor?.answeredAt !== undefined;
    const mayBeReuseFrom = pair.successor?.firstUse === undefined ? pair.firstUse + graceMs : now;
    const use = { pair, start, wasDead: session.isDead, isTooOld, mayBeReuseFrom };
    session.uses.add(use);
    return use;
  }

  refreshed(use: Use, { token, refresh, sessionId }: Auth): void {
    const { pair, wasDead, isTooOld, start } = use;
    pair.session.uses.delete(use);
    if (wasDead) this.#violated(pair, 'its refresh token works after the session was ended');
    if (isTooOld) this.#violated(pair, 'its refresh token works after its grace');
    if (sessionId !== pair.session.id || !refresh)
      this.#violated(pair, `its refresh token gave ${sessionId}`);
    pair.answeredAt ??= this.#clock.now();
    if (pair.successor) {
      const isSame = pair.successor.token === token && pair.successor.refreshToken === refresh.token;
      if (!isSame) this.#violated(pair, 'its refresh token gave two pairs of tokens');
      pair.successor.savedAfter = later(pair.successor.savedAfter, start);
      return;
    }
    pair.successor = {
      session: pair.session,
      generation: pair.generation + 1,
      token,
      refreshToken: refresh.token,
      madeAt: pair.firstUse ?? 0,
      savedAfter: start,
      firstUse: undefined,
      answeredAt: undefined,
      successor: undefined,
    };
    pair.session.pairs.push(pair.successor);
  }

  refused(use: Use, error: Error): void {
    const { session } = use.pair;
    const now = this.#clock.now();
    const mayBeDead = session.mayBeDead(now, use);
    session.uses.delete(use);
    if (!(error instanceof RefreshTokenReused)) {
      if (!mayBeDead) this.#violated(use.pair, `its refresh token was refused: ${error.message}`);
      return;
    }
    if (!mayBeDead && now < use.mayBeReuseFrom)
      this.#violated(use.pair, 'its good refresh token counts as reused');
    session.isReused = true;
    this.#accounts.died(session);
  }

  /** Notes that the use failed: it may or may not have happened. */
  failed(use: Use): void {
    use.pair.session.uses.delete(use);
    if (use.mayBeReuseFrom <= this.#clock.now()) use.pair.session.isDoomed = true;
  }

  /** Notes that the event of a reuse was stored. */
  warned(id: SessionId): void {
    const session = this.#accounts.find(id);
    if (!session) return;
    session.warnings += 1;
    if (session.warnings > 1) this.#violated(session.latest, 'its reuse was told twice');
    if (!session.mayBeDead(this.#clock.now()))
      this.#violated(session.latest, 'a reuse was told, but there is none');
  }

  /** Call it when every call has ended. */
  finish(): void {
    for (const session of this.#accounts.sessions) {
      // A session that others tried to end as well may have died before the reuse.
      const isAlone = session.isReused && !session.isDoomed;
      if (isAlone && session.warnings === 0) this.#violated(session.latest, 'its reuse was never told');
    }
  }

  /** @param isListed whether the user's list of sessions had it. @param wasDead as of the start */
  listed(session: SessionFate, wasDead: boolean, isListed: boolean): void {
    if (isListed && wasDead) this.#violated(session.latest, 'it is listed after it was ended');
    if (!isListed && !session.mayBeDead(this.#clock.now()))
      this.#violated(session.latest, 'it is not listed');
  }

  /** Whether the grace of a used refresh token is certainly over. */
  isPastGrace({ answeredAt }: Pair): boolean {
    return answeredAt !== undefined && this.#clock.now() >= answeredAt + this.#lifetimes.graceMs;
  }

  #isLost({ savedAfter }: Pair): boolean {
    return savedAfter === undefined || savedAfter !== this.#losses.start();
  }

  /** The service keeps the last two tokens of a session, and the older one for the grace only. */
  #isReplaced({ firstUse, successor }: Pair, now: number): boolean {
    const isOver = firstUse !== undefined && now >= firstUse + this.#lifetimes.graceMs;
    return isOver || successor?.firstUse !== undefined;
  }

  #violated({ session, generation }: Pair, what: string): never {
    throw this.#journal.violation(`session ${session.id}, pair ${generation}`, session.id, what);
  }
}

const later = (one: Start, other: Start): Start =>
  one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);

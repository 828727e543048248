import type { AuthToken, Email, RefreshToken, SessionId, UserId } from '@user-management/domain';
import type { Start } from './token-history.ts';

/** What is known of one user who logs in and out. */
export interface AccountFate {
  readonly id: UserId;
  /** The last one that was acknowledged. */
  email: Email;
  /** The attempts to change the email. */
  moves: number;
  /** An attempt is in flight, or failed: it may or may not have happened. */
  isMoving: boolean;
  /** The emails that the user has certainly left. */
  readonly left: Set<Email>;
  /** The acknowledged sessions, the latest last. */
  readonly sessions: SessionFate[];
  /** The attempts to end several sessions at once. */
  endings: number;
  endingsInFlight: number;
  /** True after an attempt to delete or disable the user. */
  mayBeGone: boolean;
  /** True after that attempt was acknowledged. */
  isGone: boolean;
  /** The sessions that the acknowledged deletion must have removed. */
  removed: readonly SessionFate[];
}

/** A token and the refresh token that came with it. */
export interface Pair {
  readonly session: SessionFate;
  readonly generation: number;
  readonly token: AuthToken;
  readonly refreshToken: RefreshToken;
  /** The earliest time at which the token may have been made. */
  readonly madeAt: number;
  /** The latest call that is known to have stored the token. */
  savedAfter: Start;
  /** The earliest use of the refresh token. Its grace cannot begin before. */
  firstUse: number | undefined;
  /** The time of the first answer to a use. The grace cannot begin later. */
  answeredAt: number | undefined;
  successor: Pair | undefined;
}

/** One use of a refresh token. */
export interface Use {
  readonly pair: Pair;
  readonly start: Start;
  readonly wasDead: boolean;
  /** The refresh token was certainly too old when the use began. */
  readonly isTooOld: boolean;
  /** From this time on, the use may count as a reuse and end the session. */
  mayBeReuseFrom: number;
}

/** What is known of one session. */
export class SessionFate {
  readonly id: SessionId;
  readonly account: AccountFate;
  readonly pairs: Pair[] = [];
  /** The uses of refresh tokens in flight. */
  readonly uses = new Set<Use>();
  /** True after an attempt to end the session: from then on it may be dead. */
  isDoomed: boolean;
  /** True after such an attempt was acknowledged. */
  isDead = false;
  /** True after a use was answered as a reuse. */
  isReused = false;
  /** How often the service told the operators of a reuse. */
  warnings = 0;

  constructor(id: SessionId, account: AccountFate, isDoomed: boolean) {
    this.id = id;
    this.account = account;
    this.isDoomed = isDoomed;
  }

  get latest(): Pair {
    const pair = this.pairs.at(-1);
    if (!pair) throw new Error('A session begins with a pair of tokens.');
    return pair;
  }

  /** @param except a use that does not count */
  mayBeDead(now: number, except?: Use): boolean {
    const mayEnd = (use: Use) => use !== except && use.mayBeReuseFrom <= now;
    return this.isDoomed || this.isDead || [...this.uses].some(mayEnd);
  }
}

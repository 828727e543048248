import {
  type Auth,
  type Clock,
  type Email,
  InvalidCredentials,
  type SessionId,
  type User,
  type UserId,
} from '@user-management/domain';
import { type Journal, Violation } from './journal.ts';
import { type AccountFate, SessionFate } from './session-fate.ts';
import type { Start, TokenHistory } from './token-history.ts';

/** A login, a registration or a password change in flight. */
export interface Login {
  readonly account: AccountFate | undefined;
  readonly wasGone: boolean;
  /** The attempts to end all sessions before the login. `undefined` when one of them was in flight. */
  readonly endings: number | undefined;
  readonly start: Start;
  readonly startedAt: number;
}

/** An attempt to end sessions. */
export interface Ending {
  readonly account: AccountFate;
  readonly sessions: readonly SessionFate[];
  readonly scope: Scope;
}

/** `some` ends sessions by name. `many` ends all sessions but those it keeps. The others end the user too. */
export type Scope = 'some' | 'many' | 'disabled' | 'deleted';

/** Knows which sessions every user has, and which of them were ended. Throws a {Violation}. */
export class AccountHistory {
  readonly #journal: Journal;
  readonly #losses: Pick<TokenHistory, 'start'>;
  readonly #clock: Clock;
  readonly #accounts = new Map<UserId, AccountFate>();
  readonly #sessions = new Map<SessionId, SessionFate>();
  readonly #dead = new Set<SessionFate>();

  constructor(journal: Journal, losses: Pick<TokenHistory, 'start'>, clock: Clock) {
    this.#journal = journal;
    this.#losses = losses;
    this.#clock = clock;
  }

  /** The latest last. */
  get accounts(): readonly AccountFate[] {
    return [...this.#accounts.values()];
  }

  get sessions(): readonly SessionFate[] {
    return [...this.#sessions.values()];
  }

  /** The sessions whose end was acknowledged, the latest last. */
  get dead(): readonly SessionFate[] {
    return [...this.#dead];
  }

  find(id: SessionId): SessionFate | undefined {
    return this.#sessions.get(id);
  }

  /**
   * @param account `undefined` for a registration
   * @param own the ending that is part of the same call
   */
  loggingIn(account?: AccountFate, own?: Ending): Login {
    const others = (account?.endingsInFlight ?? 0) - (own ? 1 : 0);
    return {
      account,
      wasGone: account?.isGone ?? false,
      endings: others > 0 ? undefined : (account?.endings ?? 0),
      start: this.#losses.start(),
      startedAt: this.#clock.now(),
    };
  }

  loggedIn(login: Login, user: Pick<User, 'id' | 'email'>, auth: Auth): SessionFate {
    const account = this.#accounts.get(user.id) ?? this.#meet(user);
    if (login.wasGone && account === login.account)
      this.#violated(auth.sessionId, 'logged in a user who is gone');
    // The email of a deleted user may belong to another one, whose history during the login is not known.
    const calm = account === login.account ? login.endings : 0;
    const session = new SessionFate(auth.sessionId, account, account.endings !== calm);
    const { token, refresh } = auth;
    if (!refresh) throw new Violation('A login came without a refresh token.');
    session.pairs.push({
      session,
      generation: 1,
      token,
      refreshToken: refresh.token,
      madeAt: login.startedAt,
      savedAfter: login.start,
      firstUse: undefined,
      answeredAt: undefined,
      successor: undefined,
    });
    account.sessions.push(session);
    this.#sessions.set(session.id, session);
    return session;
  }

  loginRefused({ account }: Login, error: Error): void {
    if (error instanceof InvalidCredentials && account?.mayBeGone) return;
    throw new Violation(`A login or registration was refused: ${error.message}`, { cause: error });
  }

  ending(account: AccountFate, sessions: readonly SessionFate[], scope: Scope): Ending {
    for (const session of sessions) session.isDoomed = true;
    if (scope !== 'some') {
      account.endings += 1;
      account.endingsInFlight += 1;
    }
    if (scope === 'disabled' || scope === 'deleted') account.mayBeGone = true;
    return { account, sessions: [...sessions], scope };
  }

  /** @param acknowledged false when the attempt failed: it may or may not have happened */
  ended({ account, sessions, scope }: Ending, acknowledged: boolean): void {
    if (scope !== 'some') account.endingsInFlight -= 1;
    if (!acknowledged) return;
    for (const session of sessions) this.died(session);
    if (scope === 'disabled' || scope === 'deleted') account.isGone = true;
    if (scope === 'deleted') account.removed = sessions;
  }

  died(session: SessionFate): void {
    session.isDead = true;
    this.#dead.add(session);
  }

  #meet({ id, email }: { id: UserId; email: Email }): AccountFate {
    const flags = { endings: 0, endingsInFlight: 0, mayBeGone: false, isGone: false };
    const account = { id, email, sessions: [], removed: [], ...flags };
    this.#accounts.set(id, account);
    return account;
  }

  #violated(id: SessionId, what: string): never {
    throw this.#journal.violation(`session ${id}`, id, what);
  }
}

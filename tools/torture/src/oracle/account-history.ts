import {
  type Auth,
  type Clock,
  type Email,
  EmailTaken,
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
  readonly email: Email | undefined;
  readonly wasGone: boolean;
  /** `undefined` when a change of the email was in flight. */
  readonly moves: number | undefined;
  /** The users who had certainly left the email. */
  readonly strangers: readonly AccountFate[];
  /** The attempts to end all sessions before the login. `undefined` when one of them was in flight. */
  readonly endings: number | undefined;
  readonly start: Start;
  readonly startedAt: number;
}

/** An attempt to change the email. */
export interface Move {
  readonly account: AccountFate;
  readonly to: Email;
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
  /** Emails that somebody asked for instead of their own. */
  readonly #wanted = new Set<Email>();

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
   * @param email of the login. By default it is that of the account.
   */
  loggingIn(account?: AccountFate, own?: Ending, email = account?.email): Login {
    const others = (account?.endingsInFlight ?? 0) - (own ? 1 : 0);
    return {
      account,
      email,
      moves: account?.isMoving ? undefined : account?.moves,
      strangers: this.accounts.filter(({ left }) => email !== undefined && left.has(email)),
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
    if (login.strangers.includes(account) && login.email && account.left.has(login.email))
      this.#violated(auth.sessionId, `logged in a user who has left ${login.email}`);
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

  loginRefused({ account, email, moves }: Login, error: Error): void {
    const mayHaveLeft = account && (account.moves !== moves || account.email !== email);
    if (error instanceof InvalidCredentials && (account?.mayBeGone || mayHaveLeft)) return;
    if (error instanceof EmailTaken && email && this.#wanted.has(email)) return;
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

  /** @returns `undefined` while another attempt may still have an effect. */
  moving(account: AccountFate, to: Email): Move | undefined {
    if (account.isMoving || account.mayBeGone) return undefined;
    account.isMoving = true;
    account.moves += 1;
    this.#wanted.add(to);
    account.left.delete(to);
    return { account, to };
  }

  moved({ account, to }: Move): void {
    const holder = this.accounts.find((other) => other !== account && other.email === to && isSettled(other));
    if (holder) throw new Violation(`${account.id} got the email of ${holder.id}: ${to}`);
    account.left.add(account.email);
    account.email = to;
    account.isMoving = false;
  }

  /** The user has the email of before. */
  stayed({ account }: Move): void {
    account.isMoving = false;
  }

  died(session: SessionFate): void {
    session.isDead = true;
    this.#dead.add(session);
  }

  #meet({ id, email }: { id: UserId; email: Email }): AccountFate {
    const flags = { endings: 0, endingsInFlight: 0, mayBeGone: false, isGone: false };
    const emails = { email, moves: 0, isMoving: false, left: new Set<Email>() };
    const account = { id, ...emails, sessions: [], removed: [], ...flags };
    this.#accounts.set(id, account);
    return account;
  }

  #violated(id: SessionId, what: string): never {
    throw this.#journal.violation(`session ${id}`, id, what);
  }
}

/** Whether the user certainly has the email. */
const isSettled = ({ isMoving, mayBeGone }: AccountFate): boolean => !isMoving && !mayBeGone;

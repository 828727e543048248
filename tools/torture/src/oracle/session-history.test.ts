import {
  type Auth,
  type Caller,
  InvalidCredentials,
  refreshTokenOf,
  RefreshTokenReused,
  Unauthenticated,
} from '@user-management/domain';
import { aSecret, aSessionId, aToken, aTokenRecord, aUser, TestClock } from '@user-management/conformance';
import { describe, expect, it } from 'vitest';
import { AccountHistory } from './account-history.ts';
import { Journal } from './journal.ts';
import type { Pair } from './session-fate.ts';
import { SessionHistory } from './session-history.ts';
import { TokenHistory } from './token-history.ts';

const GRACE_MS = 2_000;
const dead = new Unauthenticated();
const reused = new RefreshTokenReused();

function loggedIn() {
  const [journal, clock] = [new Journal(), new TestClock()];
  const losses = new TokenHistory(journal);
  const accounts = new AccountHistory(journal, losses, clock);
  const around = { journal, losses, clock };
  const sessions = new SessionHistory(accounts, around, { graceMs: GRACE_MS, tokenMs: 60_000 });
  const user = aUser();
  const logIn = (login = accounts.loggingIn(accounts.accounts[0])) =>
    accounts.loggedIn(login, user, anAuth());
  const session = logIn();
  const caller = (): Caller => {
    const record = aTokenRecord(clock.now(), { sessionId: session.id });
    return { user, record, token: '' as Caller['token'], client: { userAgent: null, ip: null } };
  };
  const refresh = (pair: Pair, auth = anAuth(session.id)) => {
    sessions.refreshed(sessions.use(pair), auth);
    return auth;
  };
  const end = () => {
    accounts.ended(accounts.ending(session.account, [session], 'some'), true);
  };
  return { clock, losses, accounts, sessions, user, logIn, session, caller, refresh, end };
}

function anAuth(sessionId = aSessionId()): Auth {
  const token = refreshTokenOf({ sessionId, family: aSecret(), secret: aSecret() });
  return { token: aToken(), expiresIn: 60, sessionId, refresh: { token, expiresIn: 600 } };
}

describe('SessionHistory, of a token,', () => {
  it('expects that it works until somebody tries to end the session', () => {
    const { accounts, sessions, session, caller } = loggedIn();
    sessions.accepted(sessions.check(session.latest), caller());
    expect(() => sessions.rejected(sessions.check(session.latest))).toThrow('nobody ended the session');
    accounts.ended(accounts.ending(session.account, [session], 'many'), false);
    sessions.accepted(sessions.check(session.latest), caller());
    sessions.rejected(sessions.check(session.latest));
  });

  it('refuses that it works after the end of the session was acknowledged', () => {
    const { sessions, session, caller, end } = loggedIn();
    const earlier = sessions.check(session.latest);
    end();
    sessions.accepted(earlier, caller());
    const later = sessions.check(session.latest);
    expect(() => sessions.accepted(later, caller())).toThrow('its token works after the session was ended');
  });

  it('accepts that Redis lost it, that it expired and that it was replaced', () => {
    const { clock, losses, sessions, session, refresh } = loggedIn();
    losses.lossBegins();
    losses.lossEnds();
    sessions.rejected(sessions.check(session.latest));
    refresh(session.latest);
    expect(() => sessions.rejected(sessions.check(session.latest))).toThrow('nobody ended');
    const [first] = session.pairs;
    clock.advance(GRACE_MS);
    if (first) sessions.rejected(sessions.check(first));
    clock.advance(60_000);
    sessions.rejected(sessions.check(session.latest));
  });
});

describe('SessionHistory, of a refresh token,', () => {
  it('expects that it works, also after Redis lost everything', () => {
    const { losses, sessions, session } = loggedIn();
    losses.lossBegins();
    losses.lossEnds();
    const use = sessions.use(session.latest);
    expect(() => sessions.refused(use, dead)).toThrow('its refresh token was refused');
  });

  it('refuses two pairs of tokens for one', () => {
    const { sessions, session, refresh } = loggedIn();
    const first = session.latest;
    const auth = refresh(first);
    refresh(first, auth);
    const use = sessions.use(first);
    expect(() => sessions.refreshed(use, anAuth(session.id))).toThrow('gave two pairs of tokens');
  });

  it('refuses that it works after the end of the session, or after its grace', () => {
    const { clock, sessions, session, refresh, end } = loggedIn();
    const first = session.latest;
    const auth = refresh(first);
    clock.advance(GRACE_MS);
    const late = sessions.use(first);
    expect(() => sessions.refreshed(late, auth)).toThrow('works after its grace');
    end();
    const use = sessions.use(session.latest);
    expect(() => sessions.refreshed(use, anAuth(session.id))).toThrow('works after the session was ended');
  });

  it('refuses that a good one counts as reused', () => {
    const { clock, sessions, session, refresh } = loggedIn();
    const first = session.latest;
    refresh(first);
    clock.advance(GRACE_MS - 1);
    const use = sessions.use(first);
    expect(() => sessions.refused(use, reused)).toThrow('counts as reused');
  });

  it('expects that an old one ends the session, and that this is told once', () => {
    const { sessions, session, refresh } = loggedIn();
    const first = session.latest;
    refresh(first);
    refresh(session.latest);
    const [use, rival] = [sessions.use(first), sessions.use(first)];
    sessions.warned(session.id);
    sessions.refused(use, reused);
    sessions.refused(rival, dead);
    expect(session.isDead).toBe(true);
    sessions.finish();
    expect(() => sessions.warned(session.id)).toThrow('told twice');
  });

  it('refuses that a reuse has no consequence', () => {
    const { clock, sessions, session, refresh } = loggedIn();
    const first = session.latest;
    refresh(first);
    clock.advance(GRACE_MS);
    const use = sessions.use(first);
    expect(() => sessions.refused(use, dead)).toThrow('was refused');
    sessions.refused(sessions.use(first), reused);
    expect(() => sessions.finish()).toThrow('never told');
  });

  it('accepts that a slow use comes after the next refresh', () => {
    const { sessions, session, refresh } = loggedIn();
    const slow = sessions.use(session.latest);
    refresh(session.latest);
    refresh(session.latest);
    sessions.refused(slow, reused);
  });
});

describe('AccountHistory', () => {
  it('takes a login for doomed while all sessions may be ended', () => {
    const { accounts, session, logIn } = loggedIn();
    const early = accounts.loggingIn(session.account);
    const ending = accounts.ending(session.account, [session], 'many');
    const during = accounts.loggingIn(session.account);
    const own = accounts.loggingIn(session.account, ending);
    accounts.ended(ending, true);
    expect([early, during, own].map((login) => logIn(login).isDoomed)).toEqual([true, true, false]);
    expect(logIn().isDoomed).toBe(false);
  });

  it('refuses a login of a deleted user, and the refusal of a user who was not', () => {
    const { accounts, session, logIn } = loggedIn();
    const refusal = new InvalidCredentials();
    const login = accounts.loggingIn(session.account);
    expect(() => accounts.loginRefused(login, refusal)).toThrow('was refused');
    accounts.ended(accounts.ending(session.account, [session], 'deleted'), true);
    accounts.loginRefused(login, refusal);
    expect(() => logIn()).toThrow('logged in a user who is gone');
    expect(session.account.removed).toEqual([session]);
  });
});

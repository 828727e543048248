import { type Auth, EmailTaken, InvalidCredentials, refreshTokenOf } from '@user-management/domain';
import { aSecret, aSessionId, aToken, aUser, anEmail, TestClock } from '@user-management/conformance';
import { describe, expect, it } from 'vitest';
import { AccountHistory } from './account-history.ts';
import { Journal } from './journal.ts';
import { TokenHistory } from './token-history.ts';

function world() {
  const journal = new Journal();
  const accounts = new AccountHistory(journal, new TokenHistory(journal), new TestClock());
  const register = () => accounts.loggedIn(accounts.loggingIn(), aUser(), anAuth()).account;
  const account = register();
  const login = (email = account.email) => accounts.loggingIn(account, undefined, email);
  const succeed = (attempt: ReturnType<typeof login>) => accounts.loggedIn(attempt, account, anAuth());
  const move = (to = anEmail(), who = account) => {
    const made = accounts.moving(who, to);
    if (!made) throw new Error('There is another attempt.');
    return made;
  };
  return { accounts, account, register, login, succeed, move };
}

function anAuth(): Auth {
  const sessionId = aSessionId();
  const token = refreshTokenOf({ sessionId, family: aSecret(), secret: aSecret() });
  return { token: aToken(), expiresIn: 60, sessionId, refresh: { token, expiresIn: 600 } };
}

const wrong = new InvalidCredentials();

describe('AccountHistory, of a change of the email,', () => {
  it('refuses a login with the old email after the change was acknowledged', () => {
    const { accounts, account, login, succeed, move } = world();
    const old = account.email;
    const early = login();
    accounts.moved(move());
    succeed(early);
    expect(() => succeed(login(old))).toThrow('logged in a user who has left');
    succeed(login());
  });

  it('expects that the right email logs in, unless it changes meanwhile', () => {
    const { accounts, login, move } = world();
    const made = move();
    const during = login();
    accounts.moved(made);
    accounts.loginRefused(during, wrong);
    expect(() => {
      accounts.loginRefused(login(), wrong);
    }).toThrow('was refused');
  });

  it('does not know the email after a change that failed', () => {
    const { accounts, account, login, move } = world();
    move();
    accounts.loginRefused(login(), wrong);
    expect(accounts.moving(account, anEmail())).toBeUndefined();
  });

  it('refuses that two users get one email', () => {
    const { accounts, account, register, move } = world();
    const other = register();
    expect(() => {
      accounts.moved(move(account.email, other));
    }).toThrow(`got the email of ${account.id}`);
  });

  it('expects that a registration gets an email that nobody has asked for', () => {
    const { accounts, account, move } = world();
    const refuse = (email = anEmail()) => {
      accounts.loginRefused(accounts.loggingIn(undefined, undefined, email), new EmailTaken());
    };
    expect(() => {
      refuse(account.email);
    }).toThrow('was refused');
    refuse(move().to);
  });
});

import {
  type AuthToken,
  DependencyUnavailable,
  DEVICE_TOKEN_TTL,
  type DeviceToken,
  deviceTokenOf,
  type Email,
  InvalidCredentials,
  MOST_KNOWN_DEVICES,
  parseCode,
  parsePassword,
  parseStoredEmail,
  type Password,
  RateLimited,
  type User,
  WrongPassword,
} from '@user-management/domain';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { anEmail, aSecret } from '../fakes/samples.ts';
import { anApplicant, client, password, phone, tablet, world } from './world.ts';

const wrong = parsePassword('battery staple');
const next = parsePassword('a longer horse battery');

let here = world();
let user: User;
let deviceToken: DeviceToken;
let token: AuthToken;

beforeEach(async () => {
  here = world();
  const registered = await here.registerUser(anApplicant(), password);
  user = registered.user;
  deviceToken = registered.device.token;
  token = registered.auth.token;
  here.hasher.verified.length = 0;
});

const logIn = (given: Password, shown?: DeviceToken, email: Email = user.email) =>
  here.logIn({ email, password: given }, phone, shown);

/** Tries, and returns how long the try has to wait: `undefined` if it was not refused by a limit. */
async function waitOf(attempt: Promise<unknown>): Promise<number | undefined> {
  const error: unknown = await attempt.catch((thrown: unknown) => thrown);
  return error instanceof RateLimited ? error.retryAfter : undefined;
}

/** Fails as often as the limit allows at once. */
async function failOften(shown?: DeviceToken, email?: Email) {
  for (let n = 0; n < 5; n++) await expect(logIn(wrong, shown, email)).rejects.toThrow(InvalidCredentials);
}

describe('strangers who guess a password', () => {
  it.each(['an account', 'an email that is not registered'])(
    'wait 1, 2, 4 … 900 seconds from the sixth try on, for %s',
    async (account) => {
      const email = account === 'an account' ? user.email : anEmail();
      await failOften(undefined, email);
      for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
        expect(await waitOf(logIn(wrong, undefined, email))).toBe(seconds);
        here.clock.advance(seconds * 1_000);
        await expect(logIn(wrong, undefined, email)).rejects.toThrow(InvalidCredentials);
      }
    },
  );

  it('have no hash computed when they are refused, and do not wait longer for it', async () => {
    await failOften();
    for (let n = 0; n < 100; n++) expect(await waitOf(logIn(password))).toBe(1);
    expect(here.hasher.verified).toHaveLength(5);
    here.clock.advance(1_000);
    expect((await logIn(password)).user.id).toBe(user.id);
  });

  it('have nobody looked up when they are refused, so the time tells nothing', async () => {
    const accounts = [user.email, anEmail()];
    for (const email of accounts) await failOften(undefined, email);
    const byEmail = vi.spyOn(here.users, 'findByEmail');
    const byId = vi.spyOn(here.users, 'findById');
    for (const email of accounts) {
      expect(await waitOf(logIn(wrong, undefined, email))).toBe(1);
      // Nor does a token of a device that nobody has.
      expect(await waitOf(logIn(wrong, deviceTokenOf(aSecret()), email))).toBe(1);
    }
    expect(byId).not.toHaveBeenCalled();
    // It waits until the try is counted.
    const found = byEmail.mock.settledResults.filter(({ type }) => type !== 'rejected');
    expect(found).toEqual([]);
  });

  it('are counted before the hash, so of many tries at once five get one', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 50 }, () => logIn(wrong)));
    const refused = attempts.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(50);
    expect(here.hasher.verified).toHaveLength(5);
  });

  it('begin anew after the owner has logged in without a device token', async () => {
    for (let n = 0; n < 4; n++) await expect(logIn(wrong)).rejects.toThrow(InvalidCredentials);
    await logIn(password);
    await failOften();
  });

  it('are counted together, however they spell the domain', async () => {
    const spellings = ['ann@xn--bcher-kva.example', 'ann@bücher.example', 'ANN@Bücher.example'];
    for (let n = 0; n < 5; n++) {
      const email = parseStoredEmail(spellings[n % 3]);
      await expect(logIn(wrong, undefined, email)).rejects.toThrow(InvalidCredentials);
    }
    for (const spelling of spellings) {
      expect(await waitOf(logIn(wrong, undefined, parseStoredEmail(spelling)))).toBe(1);
    }
  });
});

describe('a known device', () => {
  it('gets in at once while strangers fail thousands of times', async () => {
    for (let n = 0; n < 2_000; n++) {
      await logIn(wrong).catch(() => undefined);
      if (n % 100 === 0) expect((await logIn(password, deviceToken)).user.id).toBe(user.id);
    }
    expect(await waitOf(logIn(password))).toBeGreaterThan(0);
  });

  it('keeps its token, whose time starts anew', async () => {
    here.clock.advance((DEVICE_TOKEN_TTL - 1) * 1_000);
    const { device } = await logIn(password, deviceToken);
    expect(device).toEqual({ token: deviceToken, expiresIn: DEVICE_TOKEN_TTL });
    here.clock.advance((DEVICE_TOKEN_TTL - 1) * 1_000);
    expect((await logIn(password, deviceToken)).device.token).toBe(deviceToken);
    here.clock.advance(DEVICE_TOKEN_TTL * 1_000);
    expect((await logIn(password, deviceToken)).device.token).not.toBe(deviceToken);
  });

  it('waits for its own failures, which make nobody else wait', async () => {
    await failOften(deviceToken);
    expect(await waitOf(logIn(password, deviceToken))).toBe(1);
    expect((await logIn(password)).user.id).toBe(user.id);
    expect(await waitOf(logIn(password, deviceToken))).toBe(1);
  });

  it('clears its own count alone with a success', async () => {
    await failOften();
    await logIn(password, deviceToken);
    expect(await waitOf(logIn(password))).toBe(1);
  });

  it('is one of this account: the token of another account counts as none', async () => {
    const other = await here.registerUser(anApplicant({ email: anEmail() }), password);
    await failOften(other.device.token);
    expect(await waitOf(logIn(password, other.device.token))).toBe(1);
    here.clock.advance(1_000);
    const { device } = await logIn(password, other.device.token);
    expect(device.token).not.toBe(other.device.token);
  });

  it('is forgotten with the account: the next owner of the address starts anew', async () => {
    await here.deleteUser(await here.authenticate(token), password);
    expect(await here.knownDevices.find(user.email, here.secrets.digest(deviceToken))).toBeUndefined();
    await here.registerUser(anApplicant({ email: user.email }), password);
    await failOften();
    expect(await waitOf(logIn(password, deviceToken))).toBe(1);
  });

  it('is no device of the next owner, also if a login that raced the deletion remembered it', async () => {
    await here.deleteUser(await here.authenticate(token), password);
    await here.registerUser(anApplicant({ email: user.email }), password);
    await here.knownDevices.remember(user.email, here.secrets.digest(deviceToken), user.id);
    await failOften(deviceToken);
    expect(await waitOf(logIn(password))).toBe(1);
  });

  it('stays known after a logout everywhere and a new password', async () => {
    await here.logOutEverywhere(await here.authenticate(token), 'none');
    const { auth } = await logIn(password, deviceToken);
    const change = { currentPassword: password, newPassword: next, device: phone };
    await here.changePassword(await here.authenticate(auth.token), change);
    await failOften();
    expect((await logIn(next, deviceToken)).device.token).toBe(deviceToken);
  });

  it('waits also when a thief of it and of a session logs everybody else out', async () => {
    await failOften(deviceToken);
    const caller = await here.authenticate(token);
    await here.logOutEverywhere(caller, 'this');
    expect(await waitOf(logIn(wrong, deviceToken))).toBe(1);
  });

  it('makes room for the twentieth after it', async () => {
    for (let n = 0; n < MOST_KNOWN_DEVICES; n++) await logIn(password);
    await failOften();
    expect(await waitOf(logIn(password, deviceToken))).toBe(1);
  });
});

describe('a password reset', () => {
  it('lets the owner in at once, with and without a known device', async () => {
    await failOften();
    await failOften(deviceToken);
    const { token: challenge } = await here.requestPasswordReset(user.email, client);
    await here.deliver();
    const code = parseCode(here.mailer.last('password-reset').code);
    here.clock.advance(1);
    await here.resetPassword({ token: challenge, code }, next, client);
    expect((await logIn(next)).user.id).toBe(user.id);
    expect((await logIn(next, deviceToken)).user.id).toBe(user.id);
  });
});

describe('a thief of a token who guesses the password', () => {
  it.each(['changePassword', 'requestEmailChange', 'deleteUser'] as const)(
    'waits from the sixth try on in %s, and so in the others',
    async (name) => {
      const caller = await here.authenticate(token);
      const tries = {
        changePassword: () =>
          here.changePassword(caller, { currentPassword: wrong, newPassword: next, device: phone }),
        requestEmailChange: () => here.requestEmailChange(caller, anEmail(), wrong),
        deleteUser: () => here.deleteUser(caller, wrong),
      };
      for (let n = 0; n < 5; n++) await expect(tries[name]()).rejects.toThrow(WrongPassword);
      for (const attempt of Object.values(tries)) expect(await waitOf(attempt())).toBe(1);
      expect(here.hasher.verified).toHaveLength(5);
    },
  );

  it('makes no other session and no login wait, and the right password starts anew', async () => {
    const caller = await here.authenticate(token);
    for (let n = 0; n < 5; n++) {
      await expect(here.requestEmailChange(caller, anEmail(), wrong)).rejects.toThrow(WrongPassword);
    }
    const { auth } = await here.logIn({ email: user.email, password }, tablet);
    await here.requestEmailChange(await here.authenticate(auth.token), anEmail(), password);
    here.clock.advance(1_000);
    await here.requestEmailChange(caller, anEmail(), password);
    await expect(here.requestEmailChange(caller, anEmail(), wrong)).rejects.toThrow(WrongPassword);
    await expect(here.requestEmailChange(caller, anEmail(), wrong)).rejects.toThrow(WrongPassword);
  });
});

it('six logins at once: the sixth waits for a second, because tries in flight count', async () => {
  const logins = await Promise.allSettled(Array.from({ length: 6 }, () => logIn(password)));
  expect(logins.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  expect(await waitOf(logIn(password))).toBeUndefined();
});

it('tries that cannot be counted have no password checked', async () => {
  here.limiter.try = () => Promise.reject(new DependencyUnavailable('rate limiter'));
  await expect(logIn(password)).rejects.toThrow(DependencyUnavailable);
  const caller = await here.authenticate(token);
  await expect(here.deleteUser(caller, password)).rejects.toThrow(DependencyUnavailable);
  expect(here.hasher.verified).toEqual([]);
});

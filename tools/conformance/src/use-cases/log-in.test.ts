import {
  DependencyUnavailable,
  InvalidCredentials,
  parsePassword,
  parseStoredEmail,
  revokeAll,
  type User,
  UserNotFound,
  withRevocations,
} from '@user-management/domain';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { anApplicant, password, phone, tablet, world } from './world.ts';
import { anEmail } from '../fakes/samples.ts';
import { required } from '../ports/fresh.ts';

const other = parsePassword('battery staple');

describe('logIn', () => {
  let { logIn, registerUser, authenticate, store, users, hasher, clock, tokens, sessions } = world();
  let user: User;

  beforeEach(async () => {
    ({ logIn, registerUser, authenticate, store, users, hasher, clock, tokens, sessions } = world());
    ({ user } = await registerUser(anApplicant(), password));
    clock.advance(1_000);
  });

  /** Of the sessions that work. */
  const devices = async () => {
    const current = (await store.findById(user.id)) ?? user;
    const alive = await sessions.alive(current, clock.now(), 10);
    return alive.map(({ device }) => device.deviceId);
  };

  it('notes when and from where, and leaves the time of change alone', async () => {
    const { user: after } = await logIn({ email: user.email, password }, tablet);
    expect(after).toEqual({ ...user, lastLogin: clock.now(), deviceId: tablet.deviceId, version: 2 });
    expect(await store.findById(user.id)).toEqual(after);
    expect(await users.findByEmail(user.email)).toEqual(after);
  });

  it('gives a token of its own for each login', async () => {
    const logins = await Promise.all(
      [phone, tablet].map((device) => logIn({ email: user.email, password }, device)),
    );
    const records = await Promise.all(logins.map(({ auth }) => authenticate(auth.token)));
    expect(records.map(({ record }) => record.deviceId)).toEqual([phone.deviceId, tablet.deviceId]);
    expect(new Set(logins.map(({ auth }) => auth.token)).size).toBe(2);
  });

  it('refuses a wrong password and an unknown email alike, after as many checks', async () => {
    const refusals = await Promise.allSettled([
      logIn({ email: user.email, password: other }, phone),
      logIn({ email: anEmail(), password }, phone),
    ]);
    expect(refusals).toEqual(Array(2).fill({ status: 'rejected', reason: new InvalidCredentials() }));
    expect(hasher.verified.toSorted()).toEqual([user.passwordHash, undefined]);
  });

  it('writes nothing and saves no token when it refuses', async () => {
    const saved = vi.spyOn(tokens, 'save');
    await expect(logIn({ email: user.email, password: other }, tablet)).rejects.toThrow(InvalidCredentials);
    expect(await store.findById(user.id)).toEqual(user);
    expect(saved).not.toHaveBeenCalled();
  });

  it('hashes anew when the parameters have changed, once', async () => {
    hasher.memory = 16;
    const { user: after } = await logIn({ email: user.email, password }, phone);
    expect(after.passwordHash).toContain('$m=16,');
    const { user: again } = await logIn({ email: user.email, password }, phone);
    expect(again.passwordHash).toBe(after.passwordHash);
  });

  it('lets everybody in who has the right password while the hash is made anew', async () => {
    hasher.memory = 16;
    const logins = await Promise.all(
      [phone, tablet, phone].map((device) => logIn({ email: user.email, password }, device)),
    );
    expect(logins.map(({ user: after }) => after.version).toSorted()).toEqual([2, 3, 4]);
    expect((await store.findById(user.id))?.passwordHash).toContain('$m=16,');
  });

  it('does not tell a user who was deleted in the store from one who never was', async () => {
    vi.spyOn(store, 'update').mockRejectedValue(new UserNotFound());
    await expect(logIn({ email: user.email, password }, phone)).rejects.toThrow(InvalidCredentials);
  });

  it('does not tell a disabled user from one who never was, after as many checks', async () => {
    await users.update(user.id, (current) => ({ ...current, status: 'disabled', version: 2 }));
    await expect(logIn({ email: user.email, password }, phone)).rejects.toThrow(InvalidCredentials);
    expect(hasher.verified).toEqual([user.passwordHash]);
  });

  it('lets nobody in who is disabled while the password is checked', async () => {
    const verify = hasher.verify.bind(hasher);
    vi.spyOn(hasher, 'verify').mockImplementationOnce(async (hash, given) => {
      await users.update(user.id, (current) => ({ ...current, status: 'disabled', version: 2 }));
      return verify(hash, given);
    });
    await expect(logIn({ email: user.email, password }, phone)).rejects.toThrow(InvalidCredentials);
    expect(await store.findById(user.id)).toMatchObject({ version: 2, lastLogin: null });
  });

  it('lets nobody in by a password that is changed while it is checked', async () => {
    const changed = await hasher.hash(other);
    const verify = hasher.verify.bind(hasher);
    vi.spyOn(hasher, 'verify').mockImplementationOnce(async (hash, given) => {
      const correct = await verify(hash, given);
      await users.update(user.id, (current) => ({
        ...current,
        passwordHash: changed,
        version: current.version + 1,
      }));
      return correct;
    });
    await expect(logIn({ email: user.email, password }, phone)).rejects.toThrow(InvalidCredentials);
    expect(await store.findById(user.id)).toMatchObject({ version: 2, lastLogin: null });
    expect(await devices()).toEqual([phone.deviceId]);
  });

  it('leaves no session that works when the login cannot be noted', async () => {
    const saved = vi.spyOn(tokens, 'save');
    vi.spyOn(store, 'update').mockRejectedValueOnce(new DependencyUnavailable('user store'));
    await expect(logIn({ email: user.email, password }, tablet)).rejects.toThrow(DependencyUnavailable);
    expect(await devices()).toEqual([phone.deviceId]);
    const [digest] = required(saved.mock.lastCall, 'a saved token');
    expect(await tokens.find(digest)).toBeUndefined();
  });

  it('lets the user in who logs out everywhere while the password is checked', async () => {
    const verify = hasher.verify.bind(hasher);
    vi.spyOn(hasher, 'verify').mockImplementationOnce(async (hash, given) => {
      await users.update(user.id, (current) => withRevocations(current, revokeAll(current.revocations)));
      return verify(hash, given);
    });
    const { auth } = await logIn({ email: user.email, password }, tablet);
    expect((await authenticate(auth.token)).record.sessionId).toBe(auth.sessionId);
    expect(await devices()).toEqual([tablet.deviceId]);
  });
});

describe('an account that an older rule let in', () => {
  it.each([
    ['an invisible character', 'a\u200bnn@example.com', 'a\u200bnn@example.com'],
    ['a domain in ASCII', 'ann@xn--bcher-kva.example', 'ann@xn--bcher-kva.example'],
    ['a domain in ASCII, typed in Unicode', 'ann@xn--bcher-kva.example', 'ann@bücher.example'],
  ])('can log in: %s', async (_, stored, typed) => {
    const { logIn, registerUser, users } = world();
    const { user } = await registerUser(anApplicant({ email: parseStoredEmail(stored) }), password);
    expect((await users.findByEmail(user.email))?.email).toBe(stored);
    const login = await logIn({ email: parseStoredEmail(typed), password }, phone);
    expect(login.user.id).toBe(user.id);
  });
});

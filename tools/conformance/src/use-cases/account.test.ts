import {
  EmailTaken,
  InvalidCredentials,
  parsePassword,
  PreconditionFailed,
  Unauthenticated,
  withDeletion,
  WrongPassword,
} from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { anApplicant, password, phone, refreshTokenIn, tablet, world } from './world.ts';

const other = parsePassword('battery staple');
const isDead = (work: Promise<unknown>) => expect(work).rejects.toThrow(Unauthenticated);

async function loggedIn() {
  const parts = world();
  const applicant = anApplicant();
  const { user, auth } = await parts.registerUser(applicant, password);
  return { ...parts, applicant, user, auth, caller: await parts.authenticate(auth.token) };
}

describe('updateProfile', () => {
  it('changes what is given, and nothing else', async () => {
    const { updateProfile, caller, user, clock, store } = await loggedIn();
    clock.advance(1_000);
    const changed = await updateProfile(caller, { name: null });
    expect(changed).toEqual({ ...user, name: null, updatedAt: clock.now(), version: 2 });
    expect(await store.findById(user.id)).toEqual(changed);
  });

  it('holds to the condition', async () => {
    const { updateProfile, caller } = await loggedIn();
    const never = updateProfile(caller, { name: null }, (version) => version === 7);
    await expect(never).rejects.toThrow(PreconditionFailed);
  });
});

describe('changePassword', () => {
  const change = { currentPassword: password, newPassword: other, device: tablet };

  it('takes the new password from then on, and the old one no more', async () => {
    const { changePassword, caller, logIn, user, clock, store } = await loggedIn();
    clock.advance(1_000);
    await changePassword(caller, change);
    await expect(logIn({ email: user.email, password }, phone)).rejects.toThrow(InvalidCredentials);
    await logIn({ email: user.email, password: other }, phone);
    expect(await store.findById(user.id)).toMatchObject({ passwordChangedAt: clock.now() });
  });

  it('ends every session and starts a new one', async () => {
    const { changePassword, caller, authenticate, auth, logIn, user, refreshSession } = await loggedIn();
    const elsewhere = (await logIn({ email: user.email, password }, phone)).auth;
    const next = await changePassword(caller, change);
    for (const dead of [auth, elsewhere]) {
      await isDead(authenticate(dead.token));
      await isDead(refreshSession(refreshTokenIn(dead)));
    }
    expect((await authenticate(next.token)).record.deviceId).toBe(tablet.deviceId);
    await refreshSession(refreshTokenIn(next));
  });

  it('is refused with a wrong password, after one check and no hash', async () => {
    const { changePassword, caller, hasher, authenticate, auth } = await loggedIn();
    const hashed = vi.spyOn(hasher, 'hash');
    const wrong = { ...change, currentPassword: other };
    await expect(changePassword(caller, wrong)).rejects.toThrow(WrongPassword);
    expect(hasher.verified).toHaveLength(1);
    expect(hashed).not.toHaveBeenCalled();
    await authenticate(auth.token);
  });

  it('lets one of two win that race with the same old password', async () => {
    const { changePassword, caller, logIn, user } = await loggedIn();
    const candidates = [other, parsePassword('correct battery')];
    const outcomes = await Promise.allSettled(
      candidates.map((newPassword) => changePassword(caller, { ...change, newPassword })),
    );
    const refusals = outcomes.flatMap((outcome): unknown[] =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );
    expect(refusals).toEqual([new WrongPassword()]);
    const winner = candidates.find((_, n) => outcomes[n]?.status === 'fulfilled') ?? password;
    await logIn({ email: user.email, password: winner }, phone);
  });

  it('does not lose to a login that makes the hash anew', async () => {
    const { changePassword, caller, hasher, logIn, user } = await loggedIn();
    hasher.memory = 16;
    const login = logIn({ email: user.email, password }, phone);
    await Promise.allSettled([login, changePassword(caller, change)]);
    await logIn({ email: user.email, password: other }, phone);
  });
});

describe('deleteUser', () => {
  it('leaves nothing of the user, and frees the email', async () => {
    const { deleteUser, caller, applicant, user, auth, ...parts } = await loggedIn();
    const elsewhere = (await parts.logIn({ email: user.email, password }, phone)).auth;
    await deleteUser(caller, password);
    expect(await parts.store.findById(user.id)).toBeUndefined();
    expect(await parts.users.findByEmail(user.email)).toBeUndefined();
    for (const { token, sessionId } of [auth, elsewhere]) {
      await isDead(parts.authenticate(token));
      expect(await parts.sessions.find(sessionId)).toBeUndefined();
      expect(await parts.tokens.find(parts.secrets.digest(token))).toBeUndefined();
    }
    const next = await parts.registerUser(applicant, other);
    expect(next.user.id).not.toBe(user.id);
  });

  it('is refused with a wrong password, and changes nothing', async () => {
    const { deleteUser, caller, user, store } = await loggedIn();
    await expect(deleteUser(caller, other)).rejects.toThrow(WrongPassword);
    expect(await store.findById(user.id)).toEqual(user);
  });

  it.each([
    ['right', password],
    ['wrong', other],
  ])('verifies no password when the condition does not hold: a %s one', async (_, given) => {
    const { deleteUser, caller, hasher } = await loggedIn();
    await expect(deleteUser(caller, given, (version) => version === 7)).rejects.toThrow(PreconditionFailed);
    expect(hasher.verified).toEqual([]);
  });

  it.each(['sessions.removeOf', 'tokens.revoke', 'users.remove'])(
    'is finished by the next start when the process is killed at %s',
    async (step) => {
      const { deleteUser, finishDeletions, caller, applicant, user, auth, ...parts } = await loggedIn();
      const [port, method] = step.split('.') as ['tokens', 'revoke'];
      vi.spyOn(parts[port], method).mockRejectedValueOnce(new Error('killed'));
      await expect(deleteUser(caller, password)).rejects.toThrow('killed');

      await isDead(parts.authenticate(auth.token));
      const login = parts.logIn({ email: user.email, password }, phone);
      await expect(login).rejects.toThrow(InvalidCredentials);
      await expect(parts.registerUser(applicant, other)).rejects.toThrow(EmailTaken);

      expect(await finishDeletions()).toBe(1);
      expect(await finishDeletions()).toBe(0);
      expect(await parts.store.findById(user.id)).toBeUndefined();
      expect(await parts.sessions.find(auth.sessionId)).toBeUndefined();
      await parts.registerUser(applicant, other);
    },
  );

  it('is finished although that of another user fails', async () => {
    const { finishDeletions, user, store, ...parts } = await loggedIn();
    const failing = await parts.registerUser(anApplicant(), password);
    for (const { id } of [failing.user, user]) await parts.users.update(id, withDeletion);
    vi.spyOn(store, 'beingDeleted').mockResolvedValueOnce([failing.user.id, user.id]);
    vi.spyOn(parts.sessions, 'removeOf').mockRejectedValueOnce(new Error('This one fails.'));
    await expect(finishDeletions()).rejects.toThrow('This one fails.');
    expect(await store.findById(user.id)).toBeUndefined();
    expect(await finishDeletions()).toBe(1);
  });

  it('leaves no session of a login that was under way', async () => {
    const { deleteUser, caller, user, logIn, sessions, hasher } = await loggedIn();
    const verify = hasher.verify.bind(hasher);
    vi.spyOn(hasher, 'verify').mockImplementationOnce(async (hash, given) => {
      const correct = await verify(hash, given);
      await deleteUser(caller, password);
      return correct;
    });
    await expect(logIn({ email: user.email, password }, phone)).rejects.toThrow(InvalidCredentials);
    expect(await sessions.removeOf(user.id, 10)).toEqual([]);
  });
});

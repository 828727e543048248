import { EmailTaken, Overloaded, parseEmail, parseStoredEmail } from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { aRegistration, password, world } from './world.ts';

describe('registerUser', () => {
  it('makes a user at version 1 who never logged in', async () => {
    const { registerUser, clock, store } = world();
    const registration = aRegistration({ preferences: { theme: 'dark' } });
    const { user } = await registerUser(registration, password);
    expect(user).toMatchObject({
      ...registration,
      createdAt: clock.now(),
      updatedAt: clock.now(),
      lastLogin: null,
      version: 1,
    });
    expect(await store.findById(user.id)).toEqual(user);
  });

  it('keeps a hash of the password and nothing else of it', async () => {
    const { registerUser, hasher, store } = world();
    const { user } = await registerUser(aRegistration(), password);
    expect(await hasher.verify(user.passwordHash, password)).toBe(true);
    expect(JSON.stringify(await store.findById(user.id))).not.toContain(password.reveal());
  });

  it('gives a token that works at once', async () => {
    const { registerUser, authenticate, clock } = world();
    const { user, auth } = await registerUser(aRegistration(), password);
    expect(auth.expiresIn).toBe(3600);
    expect(await authenticate(auth.token)).toEqual({
      userId: user.id,
      email: user.email,
      deviceId: user.deviceId,
      expiresIn: 3600,
      createdAt: clock.now(),
    });
  });

  it('lets one of twenty registrations of one email win, and gives the others no token', async () => {
    const { registerUser, tokens } = world();
    const registration = aRegistration();
    const saved = vi.spyOn(tokens, 'save');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => registerUser(registration, password)),
    );
    const refusals = outcomes.flatMap((outcome): unknown[] =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );
    expect(refusals).toHaveLength(19);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(EmailTaken);
    expect(saved).toHaveBeenCalledTimes(1);
  });

  it('finds that an account of an older version holds the mailbox under its ASCII domain', async () => {
    const { registerUser } = world();
    const older = aRegistration({ email: parseStoredEmail('ann@xn--bcher-kva.example') });
    await registerUser(older, password);
    const email = parseEmail('ann@xn--bcher-kva.example');
    expect(email).toBe('ann@bücher.example');
    await expect(registerUser(aRegistration({ email }), password)).rejects.toThrow(EmailTaken);
  });

  it('writes nothing when there is no room for another hash', async () => {
    const { registerUser, hasher, users } = world();
    vi.spyOn(hasher, 'hash').mockRejectedValue(new Overloaded(1));
    const registration = aRegistration();
    await expect(registerUser(registration, password)).rejects.toThrow(Overloaded);
    expect(await users.findByEmail(registration.email)).toBeUndefined();
  });
});

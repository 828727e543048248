import {
  EmailTaken,
  Overloaded,
  parseEmail,
  parseIdempotencyKey,
  parsePassword,
  parseStoredEmail,
} from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { anApplicant, password, world } from './world.ts';

describe('registerUser', () => {
  it('makes a user at version 1 who never logged in', async () => {
    const { registerUser, clock, store } = world();
    const applicant = anApplicant({ preferences: { theme: 'dark' } });
    const { user } = await registerUser(applicant, password);
    const { device, ...profile } = applicant;
    expect(user).toMatchObject({
      ...profile,
      deviceId: device.deviceId,
      emailVerifiedAt: null,
      status: 'active',
      passwordChangedAt: clock.now(),
      createdAt: clock.now(),
      updatedAt: clock.now(),
      lastLogin: null,
      version: 1,
    });
    expect(await store.findById(user.id)).toEqual(user);
  });

  it('keeps a hash of the password and nothing else of it', async () => {
    const { registerUser, hasher, store } = world();
    const { user } = await registerUser(anApplicant(), password);
    expect(await hasher.verify(user.passwordHash, password)).toBe(true);
    expect(JSON.stringify(await store.findById(user.id))).not.toContain(password.reveal());
  });

  it('gives a token that works at once', async () => {
    const { registerUser, authenticate, clock } = world();
    const { user, auth } = await registerUser(anApplicant(), password);
    expect(auth.expiresIn).toBe(3600);
    const caller = await authenticate(auth.token);
    expect(caller.user).toEqual(user);
    expect(caller.record).toEqual({
      userId: user.id,
      sessionId: auth.sessionId,
      epoch: 0,
      email: user.email,
      deviceId: user.deviceId,
      expiresIn: 3600,
      createdAt: clock.now(),
    });
  });

  it('lets one of twenty registrations of one email win, and gives the others no token', async () => {
    const { registerUser, tokens } = world();
    const applicant = anApplicant();
    const saved = vi.spyOn(tokens, 'save');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => registerUser(applicant, password)),
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
    const older = anApplicant({ email: parseStoredEmail('ann@xn--bcher-kva.example') });
    await registerUser(older, password);
    const email = parseEmail('ann@xn--bcher-kva.example');
    expect(email).toBe('ann@bücher.example');
    await expect(registerUser(anApplicant({ email }), password)).rejects.toThrow(EmailTaken);
  });

  it('writes nothing when there is no room for another hash', async () => {
    const { registerUser, hasher, users } = world();
    vi.spyOn(hasher, 'hash').mockRejectedValue(new Overloaded(1));
    const applicant = anApplicant();
    await expect(registerUser(applicant, password)).rejects.toThrow(Overloaded);
    expect(await users.findByEmail(applicant.email)).toBeUndefined();
  });
});

describe('a registration with an idempotency key', () => {
  const idempotencyKey = parseIdempotencyKey('a-key');

  it('can be repeated with the same email and password, and gets the same user a new session', async () => {
    const { registerUser, authenticate } = world();
    const applicant = anApplicant({ idempotencyKey });
    const first = await registerUser(applicant, password);
    const again = await registerUser(applicant, password);
    expect(again.user).toEqual(first.user);
    expect(again.auth.sessionId).not.toBe(first.auth.sessionId);
    for (const { auth } of [first, again]) await authenticate(auth.token);
  });

  it.each([
    ['another key', { idempotencyKey: parseIdempotencyKey('another') }, password],
    ['no key', { idempotencyKey: undefined }, password],
    ['another password', {}, parsePassword('battery staple')],
  ])('is refused with %s', async (_, members, given) => {
    const { registerUser } = world();
    const applicant = anApplicant({ idempotencyKey });
    await registerUser(applicant, password);
    await expect(registerUser({ ...applicant, ...members }, given)).rejects.toThrow(EmailTaken);
  });

  it('cannot take over an account that was registered without one', async () => {
    const { registerUser } = world();
    const applicant = anApplicant();
    await registerUser(applicant, password);
    await expect(registerUser({ ...applicant, idempotencyKey }, password)).rejects.toThrow(EmailTaken);
  });

  it('leaves a digest of the key in the store, and not the key', async () => {
    const { registerUser, store, secrets } = world();
    const { user } = await registerUser(anApplicant({ idempotencyKey }), password);
    expect((await store.findById(user.id))?.idempotencyKey).toBe(secrets.digest(idempotencyKey));
  });
});

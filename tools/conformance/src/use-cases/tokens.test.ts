import { Unauthenticated } from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { aRegistration, password, phone, world } from './world.ts';
import { aToken, aTokenRecord } from '../fakes/samples.ts';

describe('authenticate', () => {
  it('does not know a token that nobody was given', async () => {
    await expect(world().authenticate(aToken())).rejects.toThrow(Unauthenticated);
  });

  it('accepts a token until its time is over', async () => {
    const { registerUser, authenticate, clock } = world();
    const { auth } = await registerUser(aRegistration(), password);
    clock.advance(3600 * 1000 - 1);
    await authenticate(auth.token);
    clock.advance(1);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
  });

  it('does not rely on the token store to forget a token in time', async () => {
    const { authenticate, tokens, clock } = world();
    const record = aTokenRecord(clock.now(), { expiresIn: 60 });
    vi.spyOn(tokens, 'find').mockResolvedValue(record);
    const token = aToken();
    expect(await authenticate(token)).toEqual(record);
    clock.advance(60_000);
    await expect(authenticate(token)).rejects.toThrow(Unauthenticated);
  });
});

describe('logOut', () => {
  it('kills the token at once, and no other', async () => {
    const { registerUser, logIn, logOut, authenticate } = world();
    const { user, auth } = await registerUser(aRegistration(), password);
    const login = await logIn({ email: user.email, password }, phone);
    await logOut(auth.token);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
    expect((await authenticate(login.auth.token)).userId).toBe(user.id);
  });

  it('may be repeated', async () => {
    const { registerUser, logOut, authenticate } = world();
    const { auth } = await registerUser(aRegistration(), password);
    await logOut(auth.token);
    await logOut(auth.token);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
  });
});

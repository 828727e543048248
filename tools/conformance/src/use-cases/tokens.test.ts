import {
  type Auth,
  isRevoked,
  revokeAll,
  type Secrets,
  Unauthenticated,
  withRevocations,
} from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { anApplicant, client, password, phone, refreshTokenIn, world } from './world.ts';
import { sampleSecrets } from '../fakes/secrets.ts';
import { aToken, aTokenRecord } from '../fakes/samples.ts';

describe('authenticate', () => {
  it('does not know a token that nobody was given', async () => {
    await expect(world().authenticate(aToken())).rejects.toThrow(Unauthenticated);
  });

  it('accepts a token until its time is over', async () => {
    const { registerUser, authenticate, clock } = world();
    const { auth } = await registerUser(anApplicant(), password);
    clock.advance(3600 * 1000 - 1);
    await authenticate(auth.token);
    clock.advance(1);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
  });

  it('does not rely on the token store to forget a token in time', async () => {
    const { registerUser, authenticate, tokens, clock } = world();
    const { user } = await registerUser(anApplicant(), password);
    const record = aTokenRecord(clock.now(), { userId: user.id, expiresIn: 60 });
    vi.spyOn(tokens, 'find').mockResolvedValue(record);
    expect((await authenticate(aToken())).record).toEqual(record);
    clock.advance(60_000);
    await expect(authenticate(aToken())).rejects.toThrow(Unauthenticated);
  });

  it('never shows a token to the token store', async () => {
    const { registerUser, logOut, authenticate, tokens } = world();
    const shown = (['save', 'find', 'expire', 'revoke'] as const).map((name) => vi.spyOn(tokens, name));
    const { auth } = await registerUser(anApplicant(), password);
    await logOut(await authenticate(auth.token));
    const arguments_ = JSON.stringify(shown.map(({ mock }) => mock.calls));
    expect(arguments_).toContain(auth.sessionId);
    expect(arguments_).not.toContain(auth.token.slice('atk_'.length));
  });

  it('computes the digest of a good token once, and that of a guess each time', async () => {
    const { registerUser, createUseCases } = world();
    const { auth } = await registerUser(anApplicant(), password);
    const digest = vi.fn((secret: string) => sampleSecrets.digest(secret));
    const { authenticate } = createUseCases({
      secrets: Object.assign(Object.create(sampleSecrets) as Secrets, { digest }),
    });
    const guess = aToken();
    for (let times = 0; times < 3; times++) {
      await authenticate(auth.token, client);
      await expect(authenticate(guess, client)).rejects.toThrow(Unauthenticated);
    }
    expect(digest.mock.calls.flat()).toEqual([auth.token, guess, guess, guess]);
  });

  it.each([
    ['is disabled', { status: 'disabled' }],
    ['is being deleted', { status: 'deleting' }],
    ['has another epoch', { revocations: { epoch: 1, kept: null, ended: [] } }],
  ] as const)('accepts no token of a user who %s, from the next request on', async (_, members) => {
    const { registerUser, authenticate, users } = world();
    const { user, auth } = await registerUser(anApplicant(), password);
    await authenticate(auth.token);
    await users.update(user.id, (current) => ({ ...current, ...members, version: 2 }));
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
  });

  it('accepts no token of a user who is gone', async () => {
    const { registerUser, authenticate, users } = world();
    const { user, auth } = await registerUser(anApplicant(), password);
    await users.remove(user);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
  });

  it('accepts a token of a version without sessions, until everything is revoked', async () => {
    const { registerUser, authenticate, tokens, secrets, users, clock } = world();
    const { user } = await registerUser(anApplicant(), password);
    const token = aToken();
    const record = aTokenRecord(clock.now(), { userId: user.id, sessionId: null });
    await tokens.save(secrets.digest(token), record);
    expect((await authenticate(token)).record).toEqual(record);
    await users.update(user.id, (current) => withRevocations(current, revokeAll(current.revocations)));
    await expect(authenticate(token)).rejects.toThrow(Unauthenticated);
  });
});

describe('noting that a session was seen', () => {
  async function seen(milliseconds: number) {
    const parts = world();
    const { auth } = await parts.registerUser(anApplicant(), password);
    const registered = parts.clock.now();
    parts.clock.advance(milliseconds);
    const updates = vi.spyOn(parts.sessions, 'update');
    await parts.authenticate(auth.token);
    await parts.authenticate(auth.token);
    const session = await parts.sessions.find(auth.sessionId);
    return { ...parts, auth, updates, seenAfter: (session?.lastSeenAt ?? 0) - registered };
  }

  it('writes nothing within the first minute', async () => {
    const { updates, seenAfter } = await seen(59_999);
    expect(updates).not.toHaveBeenCalled();
    expect(seenAfter).toBe(0);
  });

  it('writes once a minute, however many requests there are', async () => {
    const { updates, seenAfter } = await seen(60_000);
    expect(updates).toHaveBeenCalledTimes(1);
    expect(seenAfter).toBe(60_000);
  });

  it('puts off the end of the idle time', async () => {
    const { sessions, auth, clock } = await seen(600_000);
    expect((await sessions.find(auth.sessionId))?.expiresAt).toBe(clock.now() + 43_200_000);
  });

  it('does not hold up or fail a request whose note cannot be written', async () => {
    const { sessions, authenticate, clock, auth, logger } = await seen(0);
    clock.advance(60_000);
    vi.spyOn(sessions, 'update').mockRejectedValue(new Error('no room'));
    await authenticate(auth.token);
    await vi.waitFor(() => {
      expect(logger.lines).toMatchObject([{ level: 'warn', details: { session_id: auth.sessionId } }]);
    });
  });
});

describe('logOut', () => {
  async function twoLogins() {
    const parts = world();
    const { user, auth } = await parts.registerUser(anApplicant(), password);
    const login = await parts.logIn({ email: user.email, password }, phone);
    const logOut = async ({ token }: Auth) => parts.logOut(await parts.authenticate(token));
    return { ...parts, user, auth, other: login.auth, logOut };
  }

  it('kills the session at once with its tokens, and no other', async () => {
    const { auth, other, user, logOut, authenticate, refreshSession, sessions } = await twoLogins();
    await logOut(auth);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
    await expect(refreshSession(refreshTokenIn(auth))).rejects.toThrow(Unauthenticated);
    expect((await sessions.find(auth.sessionId))?.endedAt).not.toBeNull();
    expect((await authenticate(other.token)).user.id).toBe(user.id);
  });

  it('holds when the token store is restored from an older copy', async () => {
    const { auth, tokens, secrets, logOut, authenticate } = await twoLogins();
    const digest = secrets.digest(auth.token);
    const { record } = await authenticate(auth.token);
    await logOut(auth);
    await tokens.save(digest, record);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
  });

  it('remembers a dead session no longer than its tokens could live', async () => {
    const { auth, other, user, clock, users, logIn, logOut } = await twoLogins();
    const ended = async () => (await users.findById(user.id))?.revocations.ended.map(({ id }) => id);
    await logOut(auth);
    clock.advance(1_800_000);
    await logOut(other);
    expect((await ended())?.toSorted()).toEqual([auth.sessionId, other.sessionId].toSorted());
    clock.advance(1_800_000);
    const later = (await logIn({ email: user.email, password }, phone)).auth;
    await logOut(later);
    expect(await ended()).toEqual([later.sessionId]);
  });

  it('finishes what a crash interrupted when it is repeated', async () => {
    const { auth, users, sessions, logOut, authenticate, endSession } = await twoLogins();
    const caller = await authenticate(auth.token);
    vi.spyOn(users, 'update').mockRejectedValueOnce(new Error('the process was killed'));
    await expect(logOut(auth)).rejects.toThrow('killed');
    expect((await sessions.find(auth.sessionId))?.endedAt).not.toBeNull();
    await endSession(caller, auth.sessionId);
    const user = await users.findById(caller.user.id);
    expect(user && isRevoked(user.revocations, { id: auth.sessionId, epoch: 0 })).toBe(true);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
  });

  it('revokes a token of a version without sessions', async () => {
    const { user, tokens, secrets, clock, logOut, authenticate, other } = await twoLogins();
    const token = aToken();
    const record = aTokenRecord(clock.now(), { userId: user.id, sessionId: null });
    await tokens.save(secrets.digest(token), record);
    await logOut({ ...other, token });
    await expect(authenticate(token)).rejects.toThrow(Unauthenticated);
    await authenticate(other.token);
  });

  it('is content with a user who is deleted meanwhile', async () => {
    const { registerUser, authenticate, logOut, users } = world();
    const { user, auth } = await registerUser(anApplicant(), password);
    const caller = await authenticate(auth.token);
    await users.remove(user);
    await logOut(caller);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
  });
});

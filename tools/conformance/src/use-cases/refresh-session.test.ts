import {
  type Auth,
  DependencyUnavailable,
  expiryOf,
  RefreshTokenReused,
  revokeOthers,
  type SessionPolicy,
  Unauthenticated,
  withDeletion,
  withRevocations,
} from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { aSecret } from '../fakes/samples.ts';
import { client, anApplicant, password, refreshTokenIn, world } from './world.ts';

async function loggedIn(policy: Partial<SessionPolicy> = {}) {
  const parts = world(policy);
  const { user, auth } = await parts.registerUser(anApplicant(), password);
  const refresh = (from: Auth) => parts.refreshSession(refreshTokenIn(from));
  return { ...parts, user, auth, refresh };
}

const isDead = (work: Promise<unknown>) => expect(work).rejects.toThrow(Unauthenticated);

describe('a refresh', () => {
  it('gives a new token and a new refresh token of the same session', async () => {
    const { auth, refresh, authenticate, clock } = await loggedIn();
    clock.advance(3_599_000);
    const next = await refresh(auth);
    expect(next).toMatchObject({ sessionId: auth.sessionId, expiresIn: 3600 });
    expect(next.refresh?.expiresIn).toBe(86_400 - 3_599);
    expect(next.token).not.toBe(auth.token);
    expect(next.refresh?.token).not.toBe(auth.refresh?.token);
    clock.advance(3_599_000);
    await authenticate(next.token);
  });

  it('brings a session back whose tokens the token store has lost', async () => {
    const { auth, refresh, authenticate, tokens, secrets } = await loggedIn();
    await tokens.revoke(secrets.digest(auth.token));
    await isDead(authenticate(auth.token));
    await authenticate((await refresh(auth)).token);
  });

  it('lets the token before work until the end of the grace', async () => {
    const { auth, refresh, authenticate, clock } = await loggedIn();
    await refresh(auth);
    clock.advance(29_999);
    await authenticate(auth.token);
    clock.advance(1);
    await isDead(authenticate(auth.token));
  });

  it('leaves two tokens of a session alive and no third', async () => {
    const { auth, refresh, authenticate } = await loggedIn();
    const second = await refresh(auth);
    const third = await refresh(second);
    await isDead(authenticate(auth.token));
    for (const { token } of [second, third]) await authenticate(token);
  });

  it('can be repeated for as long as the session lives, and no longer', async () => {
    const { auth, refresh, authenticate, clock } = await loggedIn();
    let latest = auth;
    for (let hour = 0; hour < 24; hour++) {
      clock.advance(3_599_000);
      latest = await refresh(latest);
    }
    clock.advance(23_000);
    latest = await refresh(latest);
    expect(latest).toMatchObject({ expiresIn: 1, refresh: { expiresIn: 1 } });
    await authenticate(latest.token);
    clock.advance(1_000);
    await isDead(authenticate(latest.token));
    await isDead(refresh(latest));
  });

  it('is refused to a session that was idle for too long', async () => {
    const { auth, refresh, clock } = await loggedIn();
    clock.advance(43_200_000);
    await isDead(refresh(auth));
  });

  it.each([
    ['a wrong family', ['family']],
    ['nothing right but the session', ['family', 'secret']],
  ])('kills nothing when the token is made up, with %s', async (_, members) => {
    const { auth, refreshSession, refresh } = await loggedIn();
    const wrong = Object.fromEntries(members.map((member) => [member, aSecret()]));
    await isDead(refreshSession({ ...refreshTokenIn(auth), ...wrong }));
    await refresh(auth);
  });

  it('is refused when refresh tokens were switched off since', async () => {
    const { auth, ...before } = await loggedIn();
    const after = world({ refreshTokenTtl: 0 });
    vi.spyOn(after.sessions, 'find').mockImplementation((id) => before.sessions.find(id));
    vi.spyOn(after.users, 'findById').mockImplementation((id) => before.users.findById(id));
    await isDead(after.refreshSession(refreshTokenIn(auth)));
  });

  it.each([
    ['disabled', { status: 'disabled' }],
    ['logged out everywhere', { revocations: { epoch: 1, kept: null, ended: [] } }],
  ] as const)('is refused to a user who was %s', async (_, members) => {
    const { auth, user, users, refresh } = await loggedIn();
    await users.update(user.id, (current) => ({ ...current, ...members, version: 2 }));
    await isDead(refresh(auth));
  });

  it('moves a session that was kept to the new epoch, so that the next one may be kept as well', async () => {
    const { auth, user, users, refresh, authenticate } = await loggedIn();
    await users.update(user.id, (current) =>
      withRevocations(current, revokeOthers(current.revocations, auth.sessionId)),
    );
    await authenticate(auth.token);
    const next = await refresh(auth);
    expect((await authenticate(next.token)).record.epoch).toBe(1);
  });
});

describe('a refresh token that is sent again', () => {
  it('gets the same answer within the grace', async () => {
    const { auth, refresh, authenticate, clock } = await loggedIn();
    const first = await refresh(auth);
    clock.advance(29_999);
    const again = await refresh(auth);
    expect(again.token).toBe(first.token);
    expect(again.refresh?.token).toBe(first.refresh?.token);
    await authenticate(again.token);
  });

  it('gets the same answer twenty times at once', async () => {
    const { auth, refresh, authenticate, sessions } = await loggedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(auth)));
    expect(new Set(answers.map(({ token }) => token)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.refresh?.token)).size).toBe(1);
    await Promise.all(answers.map(({ token }) => authenticate(token)));
    expect((await sessions.find(auth.sessionId))?.endedAt).toBeNull();
  });

  it('gets the token back that the token store has lost since the first answer', async () => {
    const { auth, refresh, authenticate, tokens, secrets } = await loggedIn();
    const first = await refresh(auth);
    await tokens.revoke(secrets.digest(first.token));
    await refresh(auth);
    await authenticate(first.token);
  });

  it('gets that token back for the rest of its life, as its session knows it', async () => {
    const { auth, refresh, sessions, tokens, secrets, clock } = await loggedIn();
    const { token } = await refresh(auth);
    clock.advance(20_000);
    await tokens.revoke(secrets.digest(token));
    expect(await refresh(auth)).toMatchObject({ token, expiresIn: 3580 });
    const record = await tokens.find(secrets.digest(token));
    expect(record && expiryOf(record)).toBe((await sessions.find(auth.sessionId))?.token.expiresAt);
  });

  it('gets the answer that was lost, when the process died after it had written the session', async () => {
    const { auth, refresh, authenticate, tokens } = await loggedIn();
    const expire = vi.spyOn(tokens, 'expire').mockRejectedValueOnce(new DependencyUnavailable('token store'));
    await expect(refresh(auth)).rejects.toThrow(DependencyUnavailable);
    expire.mockRestore();
    await authenticate((await refresh(auth)).token);
  });

  it.each([
    ['after the grace', 30_000, 1],
    ['two generations later, even within the grace', 0, 2],
  ])('ends the session %s, exactly once, and tells it', async (_, milliseconds, generations) => {
    const { auth, refresh, authenticate, clock, sessions, events, user } = await loggedIn();
    let latest = auth;
    for (let n = 0; n < generations; n++) latest = await refresh(latest);
    clock.advance(milliseconds);
    const uses = await Promise.allSettled(Array.from({ length: 5 }, () => refresh(auth)));
    const reasons = uses.map((use): unknown => (use.status === 'rejected' ? use.reason : use.value));
    for (const reason of reasons) expect(reason).toBeInstanceOf(RefreshTokenReused);

    await isDead(authenticate(latest.token));
    await isDead(refresh(latest));
    expect((await sessions.find(auth.sessionId))?.endedAt).toBe(clock.now());
    const told = (await events.ofUser(user.id, 10)).filter(({ type }) => type === 'session.refresh_reused');
    expect(told).toMatchObject([{ sessionId: auth.sessionId, actor: 'system', ...client }]);
  });

  it('ends the session and tells it, also when the notice cannot be counted', async () => {
    const { auth, refresh, clock, limiter, sessions, deliver, mailer } = await loggedIn();
    await refresh(auth);
    clock.advance(30_000);
    limiter.use = () => Promise.reject(new DependencyUnavailable('rate limiter'));
    await expect(refresh(auth)).rejects.toThrow(RefreshTokenReused);
    expect((await sessions.find(auth.sessionId))?.endedAt).toBe(clock.now());
    await deliver();
    expect(mailer.mails).toMatchObject([{ kind: 'refresh-token-reused' }]);
  });
});

describe('what a refresh leaves in the stores', () => {
  it('lets nobody in: no token and no refresh token can be made from it', async () => {
    const { auth, refresh, sessions, secrets } = await loggedIn();
    const next = await refresh(auth);
    const row = JSON.stringify(await sessions.find(auth.sessionId));
    for (const { token, refresh: { token: refreshToken = '' } = {} } of [auth, next]) {
      expect(row).not.toContain(token.slice(4));
      expect(row).not.toContain(refreshToken.slice(-43));
      expect(row).not.toContain(refreshToken.slice(36, 79));
    }
    const salt = (await sessions.find(auth.sessionId))?.refresh?.predecessor?.salt ?? aSecret();
    expect(`atk_${secrets.derive(salt, `token ${salt}`)}`).not.toBe(next.token);
  });
});

describe('a refresh that races', () => {
  it('with the end of its session either dies or is seen by it', async () => {
    for (const moment of ['before the token is saved', 'before the session is written'] as const) {
      const { auth, refresh, authenticate, endSession, sessions, tokens } = await loggedIn();
      const caller = await authenticate(auth.token);
      const [save, update] = [tokens.save.bind(tokens), sessions.update.bind(sessions)];
      const end = () => endSession(caller, auth.sessionId);
      if (moment === 'before the token is saved') {
        vi.spyOn(tokens, 'save').mockImplementationOnce((...args) => end().then(() => save(...args)));
      } else {
        vi.spyOn(sessions, 'update').mockImplementationOnce((...args) => end().then(() => update(...args)));
      }
      await isDead(refresh(auth));
      await isDead(authenticate(auth.token));
    }
  });

  it('with a deletion gets nothing', async () => {
    const { auth, refresh, users, user } = await loggedIn();
    await users.update(user.id, withDeletion);
    await isDead(refresh(auth));
  });
});

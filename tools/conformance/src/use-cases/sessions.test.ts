import { Hooked } from '../fakes/hooked.ts';
import { aDevice } from '../fakes/samples.ts';
import { samplePolicy } from '../fakes/session-policy.ts';
import {
  type Auth,
  type Caller,
  Damaged,
  parseSessionId,
  type SessionId,
  SessionNotFound,
  Unauthenticated,
  type UseCases,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { anApplicant, password, phone, refreshTokenIn, tablet, world } from './world.ts';

const isDead = (work: Promise<unknown>) => expect(work).rejects.toThrow(Unauthenticated);

async function loggedIn(policy: Parameters<typeof world>[0] = {}) {
  const parts = world(policy);
  const { user, auth } = await parts.registerUser(anApplicant(), password);
  const logIn = async (device = phone) => {
    const login = await parts.logIn({ email: user.email, password }, device);
    return login.auth;
  };
  const caller = ({ token }: Auth) => parts.authenticate(token);
  const isAlive = async (auth: Auth) => {
    await parts.authenticate(auth.token);
    await parts.refreshSession(refreshTokenIn(auth));
  };
  const hasDied = async (auth: Auth) => {
    await isDead(parts.authenticate(auth.token));
    await isDead(parts.refreshSession(refreshTokenIn(auth)));
  };
  return { ...parts, user, auth, logIn, caller, isAlive, hasDied };
}

type Here = Awaited<ReturnType<typeof loggedIn>>;

const never = parseSessionId(`ses_${'0'.repeat(32)}`);

describe('listSessions', () => {
  it('lists what is alive, the last seen first, with its device', async () => {
    const { auth, logIn, caller, listSessions, clock } = await loggedIn();
    clock.advance(1_000);
    const second = await logIn(tablet);
    const list = await listSessions(await caller(auth));
    expect(list.map(({ id, device }) => [id, device.deviceId])).toEqual([
      [second.sessionId, tablet.deviceId],
      [auth.sessionId, phone.deviceId],
    ]);
  });
});

describe('a list of sessions', () => {
  it.each<[string, (useCases: UseCases, caller: Caller) => Promise<number>]>([
    ['listSessions', async ({ listSessions }, caller) => (await listSessions(caller)).length],
    ['exportAccount', async ({ exportAccount }, caller) => (await exportAccount(caller)).sessions.length],
    ['inspectUser', async ({ inspectUser }, { user }) => (await inspectUser(user.id)).sessionCount],
  ])('of %s has the session that ends the others meanwhile and is refreshed', async (_, count) => {
    const here = await loggedIn();
    const caller = await here.caller(here.auth);
    const sessions = new Hooked(here.sessions);
    sessions.once('before', 'alive', async () => {
      await here.logOutEverywhere(caller, 'this');
      await here.refreshSession(refreshTokenIn(here.auth));
    });
    expect(await count(here.createUseCases({ sessions: sessions.port }), caller)).toBe(1);
  });

  it('is empty when the user is deleted meanwhile', async () => {
    const here = await loggedIn();
    const caller = await here.caller(here.auth);
    const sessions = new Hooked(here.sessions);
    const { listSessions } = here.createUseCases({ sessions: sessions.port });
    sessions.once('after', 'alive', () => here.deleteUser(caller, password));
    expect(await listSessions(caller)).toEqual([]);
  });
});

describe('endSession', () => {
  it('ends one session with all its tokens, and may be repeated', async () => {
    const { auth, logIn, caller, endSession, isAlive, hasDied, listSessions } = await loggedIn();
    const other = await logIn();
    await endSession(await caller(auth), other.sessionId);
    await endSession(await caller(auth), other.sessionId);
    await hasDied(other);
    expect(await listSessions(await caller(auth))).toHaveLength(1);
    await isAlive(auth);
  });

  it('does not tell the session of another user from one that never was', async () => {
    const { auth, caller, endSession, registerUser, authenticate } = await loggedIn();
    const stranger = await registerUser(anApplicant(), password);
    for (const id of [stranger.auth.sessionId, never]) {
      await expect(endSession(await caller(auth), id)).rejects.toEqual(new SessionNotFound());
    }
    await authenticate(stranger.auth.token);
  });
});

describe('a damaged session', () => {
  /** Two sessions, of which the second cannot be read any more. */
  async function withDamage() {
    const here = await loggedIn();
    const damaged = await here.logIn(tablet);
    const refuse = <T>(id: SessionId, otherwise: () => Promise<T>): Promise<T> =>
      id === damaged.sessionId ? Promise.reject(new Damaged('The record cannot be read.')) : otherwise();
    const [find, update] = [here.sessions.find.bind(here.sessions), here.sessions.update.bind(here.sessions)];
    here.sessions.find = (id) => refuse(id, () => find(id));
    here.sessions.update = (id, ...rest) => refuse(id, () => update(id, ...rest));
    const endings = async () => {
      const events = await here.events.ofUser(here.user.id, 100);
      return events.filter(({ type }) => type === 'session.ended').map(({ sessionId }) => sessionId);
    };
    return { ...here, damaged, endings };
  }

  it('is ended by its id, once, at every repeat', async () => {
    const { auth, damaged, caller, endSession, authenticate, endings } = await withDamage();
    for (let times = 0; times < 2; times += 1) await endSession(await caller(auth), damaged.sessionId);
    await isDead(authenticate(damaged.token));
    await authenticate(auth.token);
    expect(await endings()).toEqual([damaged.sessionId]);
  });

  it('stays dead for as long as a token of it may live, and longer', async () => {
    const { auth, damaged, caller, endSession, store, user, clock } = await withDamage();
    await endSession(await caller(auth), damaged.sessionId);
    const { revocations } = (await store.findById(user.id)) ?? {};
    const until = clock.now() + samplePolicy.refreshTokenTtl * 1000;
    expect(revocations?.ended).toEqual([{ id: damaged.sessionId, until }]);
  });

  it('of another user is not found', async () => {
    const { damaged, registerUser, caller, endSession, authenticate } = await withDamage();
    const stranger = await registerUser(anApplicant(), password);
    const ending = endSession(await caller(stranger.auth), damaged.sessionId);
    await expect(ending).rejects.toEqual(new SessionNotFound());
    await authenticate(damaged.token);
  });

  it('is ended by a log-out', async () => {
    const { damaged, caller, logOut, authenticate, endings } = await withDamage();
    await logOut(await caller(damaged));
    await isDead(authenticate(damaged.token));
    expect(await endings()).toEqual([damaged.sessionId]);
  });
});

describe('logOutEverywhere', () => {
  it("ends every session but the caller's", async () => {
    const { auth, logIn, caller, logOutEverywhere, listSessions, isAlive, hasDied } = await loggedIn();
    const others = [await logIn(), await logIn()];
    await logOutEverywhere(await caller(auth), 'this');
    for (const other of others) await hasDied(other);
    expect((await listSessions(await caller(auth))).map(({ id }) => id)).toEqual([auth.sessionId]);
    await isAlive(auth);
  });

  it("ends the caller's as well", async () => {
    const { auth, logIn, caller, logOutEverywhere, hasDied, isAlive } = await loggedIn();
    const other = await logIn();
    await logOutEverywhere(await caller(auth), 'none');
    await hasDied(auth);
    await hasDied(other);
    await isAlive(await logIn());
  });

  it('ends the session that an earlier call kept', async () => {
    const { auth, logIn, caller, logOutEverywhere, hasDied, isAlive } = await loggedIn();
    await logOutEverywhere(await caller(auth), 'this');
    const next = await logIn();
    await logOutEverywhere(await caller(next), 'this');
    await hasDied(auth);
    await isAlive(next);
  });

  it('does not bring back the session of a caller who was logged out meanwhile', async () => {
    const { auth, logIn, caller, logOutEverywhere, isAlive, hasDied } = await loggedIn();
    const other = await logIn();
    const late = await caller(other);
    await logOutEverywhere(await caller(auth), 'this');
    await isDead(logOutEverywhere(late, 'this'));
    await hasDied(other);
    await isAlive(auth);
  });

  it('holds when the token store is restored from an older copy', async () => {
    const { auth, caller, logIn, logOutEverywhere, tokens, secrets, authenticate } = await loggedIn();
    const other = await logIn();
    const { record, token } = await caller(other);
    await logOutEverywhere(await caller(auth), 'this');
    await tokens.save(token, record);
    expect(secrets.digest(other.token)).toBe(token);
    await isDead(authenticate(other.token));
  });
});

describe('a login that is storing its token', () => {
  it.each<[string, (here: Here, login: Caller) => Promise<unknown>]>([
    ['session ends', ({ endSession }, login) => endSession(login, login.record.sessionId ?? never)],
    ['user is deleted', ({ deleteUser }, login) => deleteUser(login, password)],
  ])('leaves none when its %s meanwhile', async (_, end) => {
    const here = await loggedIn();
    const tokens = new Hooked(here.tokens);
    const { logIn } = here.createUseCases({ tokens: tokens.port });
    const saving = tokens.stopOnce('before', 'save');
    const login = logIn({ email: here.user.email, password }, tablet);
    await saving.holds(login);
    const caller = await here.caller(here.auth);
    const listed = await here.listSessions(caller);
    expect(listed).toHaveLength(2);
    const started = listed.find(({ id }) => id !== here.auth.sessionId);
    await end(here, { ...caller, record: { ...caller.record, sessionId: started?.id ?? null } });
    saving.open();
    await Promise.allSettled([login]);
    expect(started && (await here.tokens.find(started.token.digest))).toBeUndefined();
  });
});

describe('the limit of sessions', () => {
  it('ends the sessions that were unseen the longest', async () => {
    const { auth, logIn, caller, clock, hasDied, isAlive, listSessions } = await loggedIn({
      sessionsPerUser: 2,
    });
    clock.advance(60_000);
    const second = await logIn();
    clock.advance(1_000);
    await caller(auth);
    const third = await logIn();
    await hasDied(second);
    await isAlive(auth);
    await isAlive(third);
    expect(await listSessions(await caller(third))).toHaveLength(2);
  });

  it('holds for logins at the same time', async () => {
    const { logIn, caller, listSessions } = await loggedIn({ sessionsPerUser: 3 });
    // A sixth would wait: tries in flight count as failures.
    await Promise.all(Array.from({ length: 5 }, () => logIn()));
    expect(await listSessions(await caller(await logIn()))).toHaveLength(3);
  });
});

describe('sessions without refresh tokens', () => {
  it('live as long as their token', async () => {
    const { auth, caller, listSessions, clock } = await loggedIn({ refreshTokenTtl: 0 });
    expect(auth).not.toHaveProperty('refresh');
    clock.advance(3_599_000);
    expect(await listSessions(await caller(auth))).toHaveLength(1);
    clock.advance(1_000);
    await isDead(caller(auth));
  });
});

describe('pruneSessions', () => {
  it('removes what was over a day ago', async () => {
    const { auth, logIn, caller, endSession, pruneSessions, sessions, clock } = await loggedIn();
    const other = await logIn(aDevice('other'));
    await endSession(await caller(auth), other.sessionId);
    clock.advance(86_400_000);
    expect(await pruneSessions()).toBe(0);
    clock.advance(1);
    expect(await pruneSessions()).toBe(1);
    expect(await sessions.find(other.sessionId)).toBeUndefined();
    clock.advance(86_400_000);
    expect(await pruneSessions()).toBe(1);
  });

  it('removes more than one batch', async () => {
    const { pruneSessions, logIn, clock } = await loggedIn({ sessionsPerUser: 1000 });
    for (let n = 0; n < 600; n++) await logIn();
    clock.advance(4 * 86_400_000);
    expect(await pruneSessions()).toBe(601);
  });
});

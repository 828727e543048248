import {
  type Auth,
  type EventType,
  parseName,
  parsePassword,
  type Session,
  type Timestamp,
  type UserId,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { Hooked } from '../fakes/hooked.ts';
import { anEvent } from '../fakes/samples.ts';
import { anApplicant, client, password, phone, refreshTokenIn, tablet, world } from './world.ts';

const wrong = parsePassword('not the one');

async function registered() {
  const parts = world();
  const applicant = anApplicant();
  const { user, auth } = await parts.registerUser(applicant, password);
  const { email } = applicant;
  /** The events since the last call, the oldest first. */
  let seen = 0;
  const news = async (id: UserId = user.id) => {
    const events = (await parts.events.ofUser(id, 100)).toReversed().slice(seen);
    seen += events.length;
    return events;
  };
  await news();
  parts.clock.advance(60_000);
  const caller = (of: Auth = auth) => parts.authenticate(of.token);
  return { ...parts, user, auth, email, news, caller };
}

const from = (sessionId: Session['id'] | null) => ({
  actor: 'user',
  deviceId: phone.deviceId,
  sessionId,
  ...client,
});

const types = (events: readonly { type: EventType }[]) => events.map(({ type }) => type);

describe('the events', () => {
  it('of a registration are the user and the session', async () => {
    const parts = world();
    const { user, auth } = await parts.registerUser(anApplicant({ device: tablet }), password);
    const events = await parts.events.ofUser(user.id, 10);
    expect(events.toReversed()).toMatchObject([
      { type: 'user.registered', userId: user.id, time: parts.clock.now(), actor: 'user', sessionId: null },
      { type: 'session.started', sessionId: auth.sessionId, ...tablet },
    ]);
  });

  it('of a login are the session', async () => {
    const { logIn, email, news } = await registered();
    const { auth } = await logIn({ email, password }, tablet);
    expect(await news()).toMatchObject([{ type: 'session.started', sessionId: auth.sessionId, ...tablet }]);
  });

  it('of ended sessions name the session and who ended it', async () => {
    const { logIn, logOut, endSession, logOutEverywhere, caller, auth, email, news } = await registered();
    const { auth: other } = await logIn({ email, password }, phone);
    await news();
    await endSession(await caller(), other.sessionId);
    await endSession(await caller(), other.sessionId);
    expect(await news()).toMatchObject([{ type: 'session.ended', ...from(other.sessionId) }]);
    await logOutEverywhere(await caller(), 'this');
    expect(await news()).toMatchObject([{ type: 'session.ended', ...from(null) }]);
    await logOut(await caller());
    expect(await news()).toMatchObject([{ type: 'session.ended', ...from(auth.sessionId) }]);
  });

  it('of a session that makes room are of the system', async () => {
    const parts = world({ sessionsPerUser: 1 });
    const { email, device } = anApplicant();
    const { user, auth } = await parts.registerUser(anApplicant({ email }), password);
    parts.clock.advance(1_000);
    await parts.logIn({ email, password }, device);
    const ended = (await parts.events.ofUser(user.id, 10)).filter(({ type }) => type === 'session.ended');
    expect(ended).toMatchObject([{ actor: 'system', sessionId: auth.sessionId, ip: null }]);
  });

  it('of changes say what was changed, in which session', async () => {
    const { updateProfile, changePassword, caller, auth, news } = await registered();
    await updateProfile(await caller(), { name: parseName('Ada King') });
    const newPassword = parsePassword('battery staple');
    const next = await changePassword(await caller(), {
      currentPassword: password,
      newPassword,
      device: phone,
    });
    expect(await news()).toMatchObject([
      { type: 'user.updated', ...from(auth.sessionId) },
      { type: 'user.password_changed', ...from(auth.sessionId) },
      { type: 'session.started', sessionId: next.sessionId },
    ]);
  });

  it('of a deletion are all that is left, without who and where', async () => {
    const { deleteUser, caller, user, events } = await registered();
    await deleteUser(await caller(), password);
    const left = await events.ofUser(user.id, 10);
    expect(types(left)).toEqual(['user.deleted', 'session.started', 'user.registered']);
    for (const { sessionId, deviceId, userAgent, ip } of left) {
      expect([sessionId, deviceId, userAgent, ip]).toEqual([null, null, null, null]);
    }
  });

  it('are none when nothing changed', async () => {
    const { updateProfile, refreshSession, logIn, caller, auth, news } = await registered();
    const never = updateProfile(await caller(), { name: null }, () => false);
    await expect(never).rejects.toThrow();
    await refreshSession(refreshTokenIn(auth));
    await expect(logIn({ email: anApplicant().email, password }, phone)).rejects.toThrow();
    expect(await news()).toEqual([]);
  });
});

describe('wrong passwords', () => {
  it('are one event a minute, at a login and at a change alike', async () => {
    const { logIn, changePassword, deleteUser, caller, clock, auth, email, news } = await registered();
    const change = { currentPassword: wrong, newPassword: password, device: phone };
    await expect(logIn({ email, password: wrong }, tablet)).rejects.toThrow();
    await expect(logIn({ email, password: wrong }, phone)).rejects.toThrow();
    await expect(changePassword(await caller(), change)).rejects.toThrow();
    expect(await news()).toMatchObject([{ type: 'login.failed', ...tablet, sessionId: null, actor: 'user' }]);
    clock.advance(60_000);
    await expect(deleteUser(await caller(), wrong)).rejects.toThrow();
    expect(await news()).toMatchObject([{ type: 'login.failed', ...from(auth.sessionId) }]);
  });

  it('get the answer without waiting for the event, also when it cannot be stored', async () => {
    const { logIn, email, logger, events } = await registered();
    events.append = () => Promise.reject(new Error('the store is gone'));
    await expect(logIn({ email, password: wrong }, phone)).rejects.toThrow(
      'The email or the password is wrong.',
    );
    await expect.poll(() => logger.lines).toMatchObject([{ level: 'warn' }]);
  });
});

describe('a login that a deletion overtakes', () => {
  it('is refused and leaves nothing behind', async () => {
    const { user, email, caller, sessions, events, tokens, ...parts } = await registered();
    const hooked = new Hooked(sessions);
    const gate = hooked.stopOnce('before', 'add');
    const { logIn } = parts.createUseCases({ sessions: hooked.port });
    const login = logIn({ email, password }, tablet);
    await gate.holds(login);
    await parts.deleteUser(await caller(), password);
    gate.open();
    await expect(login).rejects.toThrow('The email or the password is wrong.');
    expect(await sessions.removeOf(user.id, 10)).toEqual([]);
    for (const event of await events.ofUser(user.id, 10)) expect(event.ip).toBeNull();
  });
});

describe('pruneEvents', () => {
  it('removes what is older than the retention, however much there is', async () => {
    const { pruneEvents, events, clock, user } = await registered();
    for (let n = 0; n < 1_200; n += 1) await events.append(anEvent(clock.now(), { userId: user.id }));
    clock.advance(90 * 86_400_000);
    const young = anEvent((clock.now() - 1) as Timestamp, { userId: user.id });
    await events.append(young);
    clock.advance(1);
    expect(await pruneEvents()).toBe(1_202);
    expect(await events.ofUser(user.id, 10)).toEqual([young]);
  });
});

import {
  aSecret,
  aSession,
  aSessionId,
  aToken,
  anEvent,
  aUser,
  TestClock,
} from '@user-management/conformance';
import {
  type Auth,
  type Event,
  refreshTokenOf,
  revokeAll,
  type Session,
  type User,
  withEnd,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { AccountHistory } from './account-history.ts';
import { EventHistory } from './event-history.ts';
import { Journal } from './journal.ts';
import { TokenHistory } from './token-history.ts';

/** A user who is logged in once, and whose events tell that. */
function loggedIn() {
  const [journal, clock] = [new Journal(), new TestClock()];
  const accounts = new AccountHistory(journal, new TokenHistory(journal), clock);
  const events = new EventHistory(journal);
  const user = aUser();
  const { account, id } = accounts.loggedIn(accounts.loggingIn(), user, anAuth());
  const tell = (type: Event['type'], sessionId: Event['sessionId'] = null) =>
    anEvent(clock.now(), { userId: user.id, type, sessionId });
  const session = aSession(clock.now(), { id, userId: user.id });
  const log = [tell('user.registered'), tell('session.started', id)];
  const fault = (told: readonly Event[], found: User | undefined = user, sessions: Session[] = [session]) =>
    events.contradiction(account, { user: found, events: told, sessions });
  const remove = () => {
    accounts.ended(accounts.ending(account, account.sessions, 'deleted'), true);
    events.happened(user.id, 'user.deleted');
  };
  return { clock, events, user, account, session, log, tell, fault, remove };
}

function anAuth(sessionId = aSessionId()): Auth {
  const token = refreshTokenOf({ sessionId, family: aSecret(), secret: aSecret() });
  return { token: aToken(), expiresIn: 60, sessionId, refresh: { token, expiresIn: 600 } };
}

describe('EventHistory', () => {
  it('accepts events that tell what happened', () => {
    const { log, fault } = loggedIn();
    expect(fault(log)).toBeUndefined();
  });

  it('refuses that an acknowledged start has no event, and none before it was acknowledged', () => {
    const { events, account, log } = loggedIn();
    const reading = events.begin(account);
    events.happened(account.id, 'user.password_changed');
    events.answered(reading, log);
    expect(() => events.answered(events.begin(account), log)).toThrow('1 changes have 0 events');
    expect(() => events.answered(reading, log.slice(0, 1))).toThrow('the start of session');
  });

  it('refuses an event of a session that never existed', () => {
    const { log, tell, fault } = loggedIn();
    const invented = tell('session.started', aSessionId());
    expect(fault([...log, invented])).toContain('never existed');
  });

  it('refuses a stored session without a start', () => {
    const { clock, user, session, log, fault } = loggedIn();
    const other = aSession(clock.now(), { userId: user.id });
    expect(fault(log, user, [session, other])).toContain(`the start of session ${other.id}`);
  });

  it('expects one event of the end of a session if, and only if, it has ended', () => {
    const { clock, user, session, log, tell, fault } = loggedIn();
    const ended = withEnd(session, clock.now());
    const end = tell('session.ended', session.id);
    expect(fault([...log, end], user, [ended])).toBeUndefined();
    expect(fault([...log, end])).toContain('has not ended');
    expect(fault(log, user, [ended])).toContain('has ended: its end has 0 events');
    expect(fault([...log, end, tell('session.refresh_reused', session.id)], user, [ended])).toContain(
      'its end has 2 events',
    );
  });

  it('expects that a change that was not acknowledged has an event if the user shows it', () => {
    const { user, log, tell, fault } = loggedIn();
    const moved = { ...user, email: aUser().email };
    const [change, end] = [tell('user.email_changed'), tell('session.ended')];
    expect([fault([...log, change], moved), fault(log, moved), fault([...log, change])]).toEqual([
      undefined,
      'the email changed 1 times, with 0 events',
      'the email changed 0 times, with 1 events',
    ]);
    const revoked = { ...user, revocations: revokeAll(user.revocations) };
    expect([fault([...log, end], revoked), fault(log, revoked), fault([...log, end])]).toEqual([
      undefined,
      'all sessions ended 1 times, with 0 events',
      'all sessions ended 0 times, with 1 events',
    ]);
  });

  it('expects of a deleted user one deletion, and no event that names a session', () => {
    const { log, tell, fault, remove } = loggedIn();
    const deletion = tell('user.deleted');
    expect(fault([...log, deletion])).toContain('did not happen');
    remove();
    const anonymous = log.map((event) => ({ ...event, sessionId: null }));
    const gone = (told: readonly Event[]) => fault(told, { ...aUser(), status: 'deleting' });
    expect(gone([...anonymous, deletion])).toBeUndefined();
    expect(gone([...log, deletion])).toContain('names session');
    expect(gone(anonymous)).toContain('user.deleted');
    expect(gone([deletion, ...anonymous.slice(0, 1)])).toContain('1 sessions have 0 starts');
  });
});

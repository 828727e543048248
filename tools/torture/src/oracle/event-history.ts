import type { Event, EventType, Session, SessionId, User, UserId } from '@user-management/domain';
import type { Journal } from './journal.ts';
import type { AccountFate } from './session-fate.ts';

/** The types of events about the whole user. A `session.ended` of this kind names no session. */
export type UserEventType = Extract<
  EventType,
  'user.deleted' | 'user.email_changed' | 'user.password_changed' | 'session.ended'
>;

type Counts = Partial<Record<UserEventType, number>>;

/** One read of the events of a user, and what they must have. */
interface EventReading {
  readonly account: AccountFate;
  readonly changes: Counts;
  readonly sessions: readonly SessionId[];
}

/** What is stored of one user when no call is in flight. */
export interface StoredAccount {
  readonly user: User | undefined;
  readonly events: readonly Event[];
  /** All sessions of the user that anything tells of. */
  readonly sessions: readonly Session[];
}

/**
 * Knows the acknowledged changes that have an event. Each of them must be in the event log. When no call is
 * in flight, the log must tell neither more nor less than what the users and sessions show.
 */
export class EventHistory {
  readonly #journal: Journal;
  readonly #changes = new Map<UserId, Counts>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Notes that a change of the user was acknowledged. */
  happened(user: UserId, type: UserEventType): void {
    const changes = this.#changesOf(user);
    this.#changes.set(user, { ...changes, [type]: (changes[type] ?? 0) + 1 });
  }

  begin(account: AccountFate): EventReading {
    const sessions = account.sessions.map(({ id }) => id);
    return { account, changes: this.#changesOf(account.id), sessions };
  }

  /** Checks a read of all events of the user, at any time. */
  answered(reading: EventReading, events: readonly Event[]): void {
    const fault = missing(reading, new Log(events));
    if (fault) throw this.violation(reading.account, fault);
  }

  /** Looks for what is wrong with a user when no call is in flight. */
  contradiction(account: AccountFate, { user, events, sessions }: StoredAccount): string | undefined {
    const log = new Log(events);
    const fault = missing(this.begin(account), log);
    if (fault) return fault;
    if (!user || user.status === 'deleting') return remains(account, log);
    return surplus(this.#changesOf(account.id), account, user, log) ?? unlike(sessions, log);
  }

  violation({ id }: AccountFate, what: string): Error {
    return this.#journal.violation(`events of user ${id}`, id, what);
  }

  #changesOf(user: UserId): Counts {
    return this.#changes.get(user) ?? {};
  }
}

/** Counts the events of one user. */
class Log {
  readonly #events: readonly Event[];
  readonly #bySession = new Map<SessionId, EventType[]>();

  constructor(events: readonly Event[]) {
    this.#events = events;
    for (const { type, sessionId } of events) {
      if (sessionId) this.#bySession.set(sessionId, [...(this.#bySession.get(sessionId) ?? []), type]);
    }
  }

  get named(): readonly SessionId[] {
    return [...this.#bySession.keys()];
  }

  count(type: EventType): number {
    return this.#events.filter((event) => event.type === type).length;
  }

  ofUser(type: UserEventType): number {
    const isOfUser = ({ sessionId }: Event) => type !== 'session.ended' || sessionId === null;
    return this.#events.filter((event) => event.type === type && isOfUser(event)).length;
  }

  ofSession(id: SessionId, ...types: readonly EventType[]): number {
    return (this.#bySession.get(id) ?? []).filter((type) => types.includes(type)).length;
  }
}

function missing({ account, changes, sessions }: EventReading, log: Log): string | undefined {
  if (log.count('user.registered') !== 1) return told(log.count('user.registered'), 'the registration');
  for (const [type, least] of Object.entries(changes) as [UserEventType, number][]) {
    const count = log.ofUser(type);
    if (count < least) return `${least} changes have ${count} events ${type}`;
  }
  // A deletion removes from the events which session they are about.
  if (account.mayBeGone) {
    const count = log.count('session.started');
    return count < sessions.length ? `${sessions.length} sessions have ${count} starts` : undefined;
  }
  const silent = sessions.find((id) => log.ofSession(id, 'session.started') !== 1);
  return silent && told(log.ofSession(silent, 'session.started'), `the start of session ${silent}`);
}

/** Returns what is wrong with the events of a deleted user. */
function remains({ removed }: AccountFate, log: Log): string | undefined {
  if (log.count('user.deleted') !== 1) return told(log.count('user.deleted'), 'the deletion');
  const named = removed.find(({ id }) => log.named.includes(id));
  return named && `an event names session ${named.id} after the deletion`;
}

/**
 * Returns what is wrong with the events of a user who is there. A change that was not acknowledged counts if
 * the user shows it.
 */
function surplus(acknowledged: Counts, account: AccountFate, user: User, log: Log): string | undefined {
  if (log.ofUser('user.deleted') > 0) return 'the deletion has an event, but did not happen';
  const moves = (acknowledged['user.email_changed'] ?? 0) + (user.email === account.email ? 0 : 1);
  const changes = log.ofUser('user.email_changed');
  if (changes !== moves) return `the email changed ${moves} times, with ${changes} events`;
  const { epoch } = user.revocations;
  const ends = log.ofUser('user.password_changed') + log.ofUser('session.ended');
  // The torture disables a user without an event, and that ends all sessions too.
  const isRight = user.status === 'active' ? ends === epoch : ends <= epoch;
  return isRight ? undefined : `all sessions ended ${epoch} times, with ${ends} events`;
}

function unlike(sessions: readonly Session[], log: Log): string | undefined {
  const known = new Set(sessions.map(({ id }) => id));
  const invented = log.named.find((id) => !known.has(id));
  if (invented) return `session ${invented} has events, but never existed`;
  for (const { id, endedAt } of sessions) {
    const starts = log.ofSession(id, 'session.started');
    if (starts !== 1) return told(starts, `the start of session ${id}`);
    const ends = log.ofSession(id, 'session.ended', 'session.refresh_reused');
    if (ends !== (endedAt === null ? 0 : 1)) {
      return told(ends, `session ${id}, which ${endedAt === null ? 'has not ended' : 'has ended'}: its end`);
    }
  }
  return undefined;
}

const told = (count: number, what: string): string => `${what} has ${count} events`;

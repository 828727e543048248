import {
  type Clock,
  type Effects,
  EmailTaken,
  type Event,
  type EventFilter,
  type EventId,
  type EventLog,
  type EventPage,
  forgotten,
  parseTimestamp,
  type SessionRepository,
  type Timestamp,
  type UserId,
  type UserRepository,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import {
  aDifficultEvent,
  anEmail,
  anEvent,
  aSession,
  aUser,
  aUserId,
  movedTo,
  nextVersion,
} from '../fakes/samples.ts';
import type { RecordingLogger } from '../fakes/recording-logger.ts';
import { fresh, required } from './fresh.ts';

/** The log of one replica, and the repositories that write to it. */
export interface EventLogParts {
  readonly events: EventLog;
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
}

export interface EventLogUnderTest extends EventLogParts {
  /** A second one over the same data, as another replica has. Without one, the first is used. */
  readonly replica?: EventLogParts;
  readonly clock: Clock;
  /** Needed where `durable`: ends the store without a farewell and opens its data anew. */
  reopen?(): Promise<EventLogParts>;
  /** Needed where `durable`: damages what is stored of an event of no change, so that it cannot be read. */
  damage?(id: EventId): Promise<unknown>;
  /** Needed where `durable`: what `events` has logged. */
  readonly logger?: RecordingLogger;
  dispose?(): Promise<void> | void;
}

export interface EventLogTraits {
  /** Whether what was acknowledged outlives the process. */
  readonly durable: boolean;
}

/** What every `EventLog`, and the repositories that write to it, must do. */
export function describeEventLog(
  name: string,
  create: () => EventLogUnderTest | Promise<EventLogUnderTest>,
  traits: EventLogTraits,
): void {
  describe(`${name} is an EventLog`, () => {
    const world = fresh(create);
    describe('events of no change', () => appending(world));
    describe('events of users', () => ofUsers(world));
    describe('events of sessions', () => ofSessions(world));
    describe('pages', () => paging(world));
    describe('the list of all users', () => listing(world));
    describe('forgetting', () => forgetting(world));
    describe('pruning', () => pruning(world));
    if (traits.durable) describe('durability', () => durability(world));
    if (traits.durable) describe('damage', () => damage(world));
  });
}

type World = () => EventLogUnderTest;

function both(world: World) {
  const { replica = world(), clock, ...parts } = world();
  return { ...parts, replica, now: clock.now() };
}

const after = (now: Timestamp, ms: number): Timestamp => parseTimestamp(now + ms);

const effects = (...events: Event[]): Effects => ({ events });

function appending(world: World): void {
  it('are listed at once, through every replica, exactly as they were added', async () => {
    const { events, replica, now } = both(world);
    const event = aDifficultEvent(now);
    await events.append(event);
    expect(await replica.events.ofUser(event.userId, 10)).toEqual([event]);
    expect(await events.ofUser(aUserId(), 10)).toEqual([]);
  });

  it('stay as they are when another one with the same id comes', async () => {
    const { events, replica, now } = both(world);
    const event = anEvent(now);
    await events.append(event);
    await replica.events.append({ ...event, time: after(now, 1_000) });
    expect(await events.ofUser(event.userId, 10)).toEqual([event]);
  });
}

function ofUsers(world: World): void {
  it('are written with a new user', async () => {
    const { users, replica, now } = both(world);
    const user = aUser();
    const event = aDifficultEvent(now, { userId: user.id });
    await users.add(user, effects(event));
    expect(await replica.events.ofUser(user.id, 10)).toEqual([event]);
  });

  it('are written with each of many new users, and not with those whose email is taken', async () => {
    const { users, replica, now } = both(world);
    const holder = aUser();
    await users.add(holder);
    const added = [aUser(), aUser({ email: holder.email }), aUser()] as const;
    const told = added.map(({ id }, n) => anEvent(after(now, n), { userId: id })) as [Event, Event, Event];
    await users.addAll(added.map((user, n) => ({ user, effects: effects(required(told[n], 'an event')) })));
    const seen = await Promise.all(added.map(({ id }) => replica.events.ofUser(id, 10)));
    expect(seen).toEqual([[told[0]], [], [told[2]]]);
    expect((await replica.events.list({}, 10)).events).toEqual([told[2], told[0]]);
  });

  it('are not written when the email is taken', async () => {
    const { users, replica, now } = both(world);
    const user = aUser();
    await users.add(user);
    const other = aUser({ email: user.email });
    await expect(users.add(other, effects(anEvent(now, { userId: other.id })))).rejects.toThrow();
    expect(await replica.events.ofUser(other.id, 10)).toEqual([]);
  });

  it('are written with a change of the email, and not when that email is taken', async () => {
    const { users, replica, now } = both(world);
    const [user, holder] = [aUser(), aUser()];
    await users.add(user);
    await users.add(holder);
    const [refused, moved] = [anEvent(now, { userId: user.id }), anEvent(now, { userId: user.id })];
    await expect(users.update(user.id, movedTo(holder.email), effects(refused))).rejects.toThrow(EmailTaken);
    expect(await replica.events.ofUser(user.id, 10)).toEqual([]);
    await users.update(user.id, movedTo(anEmail()), effects(moved));
    expect(await replica.events.ofUser(user.id, 10)).toEqual([moved]);
  });

  it('are written with a change, all of them', async () => {
    const { users, replica, now } = both(world);
    const user = aUser();
    await users.add(user);
    const [one, other] = [anEvent(now, { userId: user.id }), anEvent(now, { userId: user.id })];
    await users.update(user.id, nextVersion, effects(one, other));
    expect(await replica.events.ofUser(user.id, 10)).toEqual([other, one]);
  });

  it('are not written when the change gives back its argument, or throws, or the user is gone', async () => {
    const { users, replica, now } = both(world);
    const user = aUser();
    await users.add(user);
    const told = effects(anEvent(now, { userId: user.id }));
    await users.update(user.id, (current) => current, told);
    const refuse = () => {
      throw new Error('no');
    };
    await expect(users.update(user.id, refuse, told)).rejects.toThrow('no');
    await users.remove(user);
    await expect(users.update(user.id, nextVersion, told)).rejects.toThrow();
    expect(await replica.events.ofUser(user.id, 10)).toEqual([]);
  });

  it('are all written by twenty changes at once', async () => {
    const { users, replica, now } = both(world);
    const user = aUser();
    await users.add(user);
    const told = Array.from({ length: 20 }, () => anEvent(now, { userId: user.id }));
    await Promise.all(
      told.map((event, n) => (n % 2 ? users : replica.users).update(user.id, nextVersion, effects(event))),
    );
    expect(await replica.events.ofUser(user.id, 30)).toEqual(told.toReversed());
  });

  it('are written by one of twenty changes of one version', async () => {
    const { users, replica, now } = both(world);
    const user = aUser();
    await users.add(user);
    const told = Array.from({ length: 20 }, () => anEvent(now, { userId: user.id }));
    await Promise.all(
      told.map((event, n) =>
        (n % 2 ? users : replica.users).update(
          user.id,
          (current) => (current.version === 1 ? nextVersion(current) : current),
          effects(event),
        ),
      ),
    );
    expect(await replica.events.ofUser(user.id, 30)).toHaveLength(1);
  });
}

function ofSessions(world: World): void {
  it('are written with a new session and with its changes, and only with one', async () => {
    const { sessions, replica, now } = both(world);
    const session = aSession(now);
    const [one, two, never] = [0, 1, 2].map((ms) => anEvent(after(now, ms), { userId: session.userId }));
    await sessions.add(session, effects(required(one, 'event')));
    const seen = (current: typeof session) => ({ ...current, version: current.version + 1 });
    await sessions.update(session.id, seen, effects(required(two, 'event')));
    await sessions.update(session.id, (current) => current, effects(required(never, 'event')));
    expect(await replica.events.ofUser(session.userId, 10)).toEqual([two, one]);
  });

  it('outlast the session', async () => {
    const { sessions, replica, now } = both(world);
    const session = aSession(now);
    const event = anEvent(now, { userId: session.userId });
    await sessions.add(session, effects(event));
    await sessions.removeOf(session.userId, 10);
    expect(await replica.events.ofUser(session.userId, 10)).toEqual([event]);
  });
}

function paging(world: World): void {
  it('have the newest first, and go on after the last event of the page before', async () => {
    const { events, replica, now } = both(world);
    const userId = aUserId();
    // Three at a time in one millisecond: pages end within one, too.
    const all = Array.from({ length: 12 }, (_, n) => anEvent(after(now, Math.floor(n / 3)), { userId }));
    for (const event of all) await events.append(event);
    await events.append(anEvent(now));
    const seen: Event[] = [];
    for (let page = await replica.events.ofUser(userId, 5); page.length > 0;) {
      expect(page.length).toBeLessThanOrEqual(5);
      seen.push(...page);
      page = await replica.events.ofUser(userId, 5, page.at(-1)?.id);
    }
    expect(seen).toEqual(all.toReversed());
  });

  it('are right for a user with hundreds of events', async () => {
    const { events, now } = both(world);
    const userId = aUserId();
    const all = Array.from({ length: 250 }, (_, n) => anEvent(after(now, n), { userId }));
    await Promise.all(all.map((event) => events.append(event)));
    expect(await events.ofUser(userId, 1_000)).toEqual(all.toReversed());
    expect(await events.ofUser(userId, 201)).toEqual(all.toReversed().slice(0, 201));
  });
}

function listing(world: World): void {
  /** All pages of the list. */
  async function all({ events }: EventLogParts, filter: EventFilter, limit: number): Promise<Event[]> {
    const seen: Event[] = [];
    for (let next: EventPage['next'] | undefined; next !== null;) {
      const page = await events.list(filter, limit, next);
      expect(page.events.length).toBeLessThanOrEqual(limit);
      seen.push(...page.events);
      next = page.next;
    }
    return seen;
  }

  it('has the events of changes, too, and every page ends where the next one starts', async () => {
    const { events, users, replica, now } = both(world);
    const user = aUser();
    const registered = anEvent(now, { userId: user.id, type: 'user.registered' });
    await users.add(user, effects(registered));
    const more = Array.from({ length: 12 }, (_, n) => anEvent(after(now, 1 + Math.floor(n / 3))));
    for (const event of more) await events.append(event);
    const expected = [registered, ...more].toReversed();
    for (const limit of [1, 5, 13, 200]) expect(await all(replica, {}, limit)).toEqual(expected);
  });

  it('has no next page after the last event', async () => {
    const { events, now } = both(world);
    const [one, two] = [anEvent(now), anEvent(after(now, 1))];
    for (const event of [one, two]) await events.append(event);
    expect(await events.list({}, 2)).toEqual({ events: [two, one], next: null });
    expect(await events.list({}, 1)).toEqual({ events: [two], next: two.id });
  });

  it('is of one user, of one type, after a time, or of all of them', async () => {
    const { events, now } = both(world);
    const userId = aUserId();
    const [old, mine, failed, other] = [
      anEvent(now, { userId }),
      anEvent(after(now, 5), { userId }),
      anEvent(after(now, 5), { userId, type: 'login.failed' }),
      anEvent(after(now, 6), { type: 'login.failed' }),
    ];
    for (const event of [old, mine, failed, other]) await events.append(event);
    const list = (filter: EventFilter) => all(world(), filter, 2);
    expect(await list({ user: userId })).toEqual([failed, mine, old]);
    expect(await list({ type: 'login.failed' })).toEqual([other, failed]);
    expect(await list({ after: now })).toEqual([other, failed, mine]);
    expect(await list({ after: after(now, 5) })).toEqual([other]);
    expect(await list({ user: userId, type: 'login.failed', after: now })).toEqual([failed]);
    expect(await list({ user: aUserId() })).toEqual([]);
  });

  it('stays the same while newer events come and older ones go', async () => {
    const { events, replica, now } = both(world);
    const [one, two, three] = [0, 1, 2].map((ms) => anEvent(after(now, ms)));
    for (const event of [one, two, three]) await events.append(required(event, 'event'));
    const { next } = await events.list({}, 1);
    await events.append(anEvent(after(now, 3)));
    await replica.events.prune(after(now, 1), 10);
    expect((await events.list({}, 10, required(next ?? undefined, 'a next page'))).events).toEqual([two]);
  });
}

function forgetting(world: World): void {
  it('leaves id, type, time and actor of the events of the user, and other users alone', async () => {
    const { events, users, replica, now } = both(world);
    const user = aUser();
    const [first, second, other] = [
      aDifficultEvent(now, { userId: user.id }),
      aDifficultEvent(after(now, 1), { userId: user.id }),
      aDifficultEvent(now),
    ];
    await users.add(user, effects(first));
    for (const event of [second, other]) await events.append(event);
    await events.forget(user.id);
    await replica.events.forget(user.id);
    expect(await replica.events.ofUser(user.id, 10)).toEqual([forgotten(second), forgotten(first)]);
    expect(await replica.events.ofUser(other.userId, 10)).toEqual([other]);
  });

  it('is for users without events as well', async () => {
    await world().events.forget(aUserId());
  });
}

function pruning(world: World): void {
  it('removes what is older, in bounded steps, and nothing else', async () => {
    const { events, replica, now } = both(world);
    const userId: UserId = aUserId();
    const all = Array.from({ length: 5 }, (_, n) => anEvent(after(now, n * 60_000), { userId }));
    for (const event of all) await events.append(event);
    const before = after(now, 180_000);
    expect(await events.prune(before, 2)).toBe(2);
    expect(await replica.events.ofUser(userId, 10)).toEqual(all.slice(2).toReversed());
    await Promise.all([events.prune(before, 100), replica.events.prune(before, 100)]);
    expect(await replica.events.ofUser(userId, 10)).toEqual(all.slice(3).toReversed());
    expect(await replica.events.prune(before, 100)).toBe(0);
  });
}

function durability(world: World): void {
  it('has everything that was acknowledged when it is opened again', async () => {
    const { events, users, sessions, now } = both(world);
    const user = aUser();
    const [one, two, three] = [0, 1, 2].map((ms) => aDifficultEvent(after(now, ms), { userId: user.id }));
    await users.add(user, effects(required(one, 'event')));
    await sessions.add(aSession(now, { userId: user.id }), effects(required(two, 'event')));
    await events.append(required(three, 'event'));
    const again = await required(world().reopen?.bind(world()), 'reopen, since it is durable')();
    expect(await again.events.ofUser(user.id, 10)).toEqual([three, two, one]);
  });
}

function damage(world: World): void {
  /** Adds events of one user, in this order, and damages those of `damaged`. */
  const add = async (damaged: readonly number[], count: number): Promise<readonly Event[]> => {
    const { events, now } = both(world);
    const userId = aUserId();
    const all = Array.from({ length: count }, (_, n) => anEvent(after(now, n), { userId }));
    for (const event of all) await events.append(event);
    const spoil = required(world().damage?.bind(world()), 'damage, since it is durable');
    for (const n of damaged) await spoil(required(all[n], 'an event').id);
    return all;
  };

  it('hides no other event of the user, and is reported', async () => {
    const { events } = both(world);
    const [first, damaged, , last] = (await add([1, 2], 4)) as [Event, Event, Event, Event];
    expect(await events.ofUser(first.userId, 10)).toEqual([last, first]);
    expect(await events.ofUser(first.userId, 2)).toEqual([last, first]);
    expect(await events.ofUser(first.userId, 1, last.id)).toEqual([first]);
    const { lines } = required(world().logger, 'a logger, since it is durable');
    const errors = lines.filter(({ level }) => level === 'error').map(({ details }) => details);
    expect(errors.map((details) => String((details as { err: Error }).err)).join()).toContain(damaged.id);
  });

  it('ends no list of all users', async () => {
    const { events } = both(world);
    const [first, , , last] = await add([1, 2], 4);
    const seen: Event[] = [];
    for (let next: EventPage['next'] | undefined; next !== null;) {
      const page = await events.list({}, 1, next);
      seen.push(...page.events);
      next = page.next;
    }
    expect(seen).toEqual([last, first]);
  });

  it('keeps no event from being forgotten or removed', async () => {
    const { events, replica, now } = both(world);
    const [, good] = (await add([0], 2)) as [Event, Event];
    await events.forget(good.userId);
    expect(await replica.events.ofUser(good.userId, 10)).toEqual([forgotten(good)]);
    expect(await events.prune(after(now, 10), 10)).toBe(2);
    expect(await replica.events.ofUser(good.userId, 10)).toEqual([]);
  });
}

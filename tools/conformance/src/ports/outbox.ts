import {
  type Clock,
  type Effects,
  parseTimestamp,
  type QueuedMail,
  type SessionRepository,
  type Timestamp,
  type UserRepository,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import {
  aChallenge,
  aDifficultMail,
  anEvent,
  aQueuedMail,
  aSession,
  aUser,
  aUserId,
  nextVersion,
} from '../fakes/samples.ts';
import type { ChallengeParts } from './challenge-repository.ts';
import { fresh, required } from './fresh.ts';

/** The outbox of one replica, and the repositories that put mails in. */
export interface OutboxParts extends ChallengeParts {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
}

export interface OutboxUnderTest extends OutboxParts {
  /** A second one over the same data, as another replica has. Without one, the first is used. */
  readonly replica?: OutboxParts;
  readonly clock: Clock;
  /** Needed where `durable`: ends the store without a farewell and opens its data anew. */
  reopen?(): Promise<OutboxParts>;
  dispose?(): Promise<void> | void;
}

export interface OutboxTraits {
  /** Whether what was acknowledged outlives the process. */
  readonly durable: boolean;
}

/** What every `Outbox`, and the repositories that put mails in, must do. */
export function describeOutbox(
  name: string,
  create: () => OutboxUnderTest | Promise<OutboxUnderTest>,
  traits: OutboxTraits,
): void {
  describe(`${name} is an Outbox`, () => {
    const world = fresh(create);
    describe('putting in', () => putting(world));
    describe('taking', () => taking(world));
    describe('trying again', () => retrying(world));
    describe('removing', () => removing(world));
    if (traits.durable) describe('durability', () => durability(world));
  });
}

type World = () => OutboxUnderTest;

function both(world: World) {
  const { replica = world(), clock, ...parts } = world();
  const now = clock.now();
  const put = async (...mails: QueuedMail[]) => {
    for (const mail of mails) await parts.challenges.issue(aChallenge(now), withMails(mail));
  };
  return { ...parts, replica, now, put };
}

const after = (now: Timestamp, seconds: number): Timestamp => parseTimestamp(now + seconds * 1000);

const withMails = (...mails: QueuedMail[]): Effects => ({ events: [], mails });

const idsOf = (mails: readonly QueuedMail[]) => mails.map(({ id }) => id).toSorted();

function putting(world: World): void {
  it('happens with a new user and its changes, and only with them', async () => {
    const { users, replica, now } = both(world);
    const user = aUser();
    const [one, two, three, four] = Array.from({ length: 4 }, () => aQueuedMail(now)) as [
      QueuedMail,
      QueuedMail,
      QueuedMail,
      QueuedMail,
    ];
    const event = anEvent(now, { userId: user.id });
    await users.add(user, withMails(one));
    await users.update(user.id, nextVersion, { events: [event], mails: [two] });
    await users.update(user.id, (current) => current, withMails(three));
    await expect(users.add(aUser({ email: user.email }), withMails(four))).rejects.toThrow();
    expect(idsOf(await replica.outbox.take(now, after(now, 60), 10))).toEqual([one.id, two.id].toSorted());
    expect(await replica.events.ofUser(user.id, 10)).toEqual([event]);
  });

  it('happens with each of many new users, and not with those whose email is taken', async () => {
    const { users, replica, now } = both(world);
    const holder = aUser();
    await users.add(holder);
    const [one, two, difficult] = [aQueuedMail(now), aQueuedMail(now), aDifficultMail(now)];
    await users.addAll([
      { user: aUser(), effects: withMails(one) },
      { user: aUser({ email: holder.email }), effects: withMails(two) },
      { user: aUser(), effects: withMails(difficult) },
    ]);
    const taken = await replica.outbox.take(now, after(now, 60), 10);
    expect(idsOf(taken)).toEqual([one.id, difficult.id].toSorted());
    const attempt = { attempts: difficult.attempts + 1, dueAt: after(now, 60), version: 2 };
    expect(taken).toContainEqual({ ...difficult, ...attempt });
  });

  it('happens with a new session and its changes', async () => {
    const { sessions, replica, now } = both(world);
    const session = aSession(now);
    const [one, two] = [aQueuedMail(now), aQueuedMail(now)];
    await sessions.add(session, withMails(one));
    await sessions.update(session.id, (current) => ({ ...current, version: 2 }), withMails(two));
    expect(idsOf(await replica.outbox.take(now, after(now, 60), 10))).toEqual([one.id, two.id].toSorted());
  });

  it('shows in the backlog', async () => {
    const { outbox, replica, now, put } = both(world);
    expect(await outbox.backlog()).toEqual({ mails: 0, oldest: null });
    await put(aQueuedMail(after(now, 5)), aQueuedMail(now), aQueuedMail(after(now, 9)));
    expect(await replica.outbox.backlog()).toEqual({ mails: 3, oldest: now });
  });
}

function taking(world: World): void {
  it('gives each mail exactly as it was put in, but for the attempt', async () => {
    const { outbox, now, put } = both(world);
    const mail = aDifficultMail(now);
    await put(mail);
    const [taken] = await outbox.take(now, after(now, 60), 10);
    expect(taken).toEqual({ ...mail, attempts: mail.attempts + 1, dueAt: after(now, 60), version: 2 });
  });

  it('gives the longest due first, no more than asked for, and none that is not due', async () => {
    const { outbox, replica, now, put } = both(world);
    const mails = [3, 1, 2].map((seconds) => aQueuedMail(now, { dueAt: after(now, seconds) }));
    const [third, first, second] = mails as [QueuedMail, QueuedMail, QueuedMail];
    await put(...mails);
    expect(await outbox.take(now, after(now, 60), 10)).toEqual([]);
    expect(idsOf(await outbox.take(after(now, 2), after(now, 60), 1))).toEqual([first.id]);
    expect(idsOf(await replica.outbox.take(after(now, 2), after(now, 60), 10))).toEqual([second.id]);
    expect(idsOf(await replica.outbox.take(after(now, 3), after(now, 60), 10))).toEqual([third.id]);
  });

  it('gives a mail to one of twenty who ask at once', async () => {
    const { outbox, replica, now, put } = both(world);
    const mails = Array.from({ length: 30 }, () => aQueuedMail(now));
    await put(...mails);
    const batches = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? outbox : replica.outbox).take(now, after(now, 60), 5)),
    );
    const taken = [...batches.flat()];
    // Those who lost a race may have got less than they asked for.
    for (;;) {
      const more = await outbox.take(now, after(now, 60), 5);
      if (more.length === 0) break;
      taken.push(...more);
    }
    expect(idsOf(taken)).toEqual(idsOf(mails));
  });

  it('gives a mail again after the time of the one who took it', async () => {
    const { outbox, replica, now, put } = both(world);
    const mail = aQueuedMail(now);
    await put(mail);
    await outbox.take(now, after(now, 60), 10);
    expect(await replica.outbox.take(after(now, 59), after(now, 120), 10)).toEqual([]);
    expect(await replica.outbox.take(after(now, 60), after(now, 120), 10)).toMatchObject([
      { id: mail.id, attempts: 2 },
    ]);
  });
}

function retrying(world: World): void {
  it('makes a mail due at another time', async () => {
    const { outbox, replica, now, put } = both(world);
    await put(aQueuedMail(now));
    const [mail] = await outbox.take(now, after(now, 60), 10);
    await outbox.retry(required(mail, 'a mail'), after(now, 300));
    expect(await replica.outbox.take(after(now, 299), after(now, 400), 10)).toEqual([]);
    expect(await replica.outbox.take(after(now, 300), after(now, 400), 10)).toMatchObject([{ attempts: 2 }]);
  });

  it('does nothing when another one has taken the mail since', async () => {
    const { outbox, replica, now, put } = both(world);
    await put(aQueuedMail(now));
    const [slow] = await outbox.take(now, after(now, 60), 10);
    await replica.outbox.take(after(now, 60), after(now, 600), 10);
    await outbox.retry(required(slow, 'a mail'), after(now, 70));
    expect(await outbox.take(after(now, 599), after(now, 700), 10)).toEqual([]);
  });

  it('does not bring back what was removed', async () => {
    const { outbox, replica, now, put } = both(world);
    await put(aQueuedMail(now));
    const [mail] = await outbox.take(now, after(now, 60), 10);
    await replica.outbox.remove(required(mail, 'a mail'));
    await outbox.retry(required(mail, 'a mail'), now);
    expect(await outbox.take(after(now, 600), after(now, 700), 10)).toEqual([]);
    expect(await outbox.backlog()).toEqual({ mails: 0, oldest: null });
  });
}

function removing(world: World): void {
  it('removes a mail and writes the effects', async () => {
    const { outbox, replica, now, put } = both(world);
    const userId = aUserId();
    await put(aQueuedMail(now, { userId }));
    const [mail] = await outbox.take(now, after(now, 60), 10);
    const event = anEvent(now, { userId });
    expect(await outbox.remove(required(mail, 'a mail'), { events: [event] })).toBe(true);
    expect(await replica.outbox.take(after(now, 600), after(now, 700), 10)).toEqual([]);
    expect(await replica.events.ofUser(userId, 10)).toEqual([event]);
  });

  it('does neither when another one has taken or removed the mail since', async () => {
    const { outbox, replica, now, put } = both(world);
    const userId = aUserId();
    await put(aQueuedMail(now, { userId }));
    const [slow] = await outbox.take(now, after(now, 60), 10);
    const [current] = await replica.outbox.take(after(now, 60), after(now, 600), 10);
    const told = { events: [anEvent(now, { userId })] };
    expect(await outbox.remove(required(slow, 'a mail'), told)).toBe(false);
    expect(await replica.events.ofUser(userId, 10)).toEqual([]);
    expect(await replica.outbox.backlog()).toMatchObject({ mails: 1 });
    await replica.outbox.remove(required(current, 'a mail'));
    expect(await outbox.remove(required(current, 'a mail'), told)).toBe(false);
    expect(await replica.events.ofUser(userId, 10)).toEqual([]);
  });
}

function durability(world: World): void {
  it('has everything that was acknowledged when it is opened again', async () => {
    const { outbox, now, put } = both(world);
    const [kept, retried, sent] = [aDifficultMail(now), aQueuedMail(now), aQueuedMail(now)];
    await put(retried, sent);
    for (const mail of await outbox.take(now, after(now, 60), 10)) {
      if (mail.id === sent.id) await outbox.remove(mail);
      else await outbox.retry(mail, after(now, 5));
    }
    await put(kept);
    const again = await required(world().reopen?.bind(world()), 'reopen, since it is durable')();
    expect(await again.outbox.backlog()).toEqual({ mails: 2, oldest: now });
    const taken = await again.outbox.take(after(now, 5), after(now, 60), 10);
    expect(idsOf(taken)).toEqual(idsOf([kept, retried]));
  });
}

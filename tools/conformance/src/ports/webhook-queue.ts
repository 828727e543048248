import {
  type Clock,
  type Delivery,
  type Effects,
  type EndpointId,
  type Event,
  type EventId,
  forgotten,
  parseTimestamp,
  type Timestamp,
  type UserId,
  type WebhookQueue,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import {
  aDifficultEvent,
  anEndpointId,
  anEvent,
  aQueuedMail,
  aSession,
  aUser,
  aUserId,
  nextVersion,
} from '../fakes/samples.ts';
import { fresh, required } from './fresh.ts';
import type { OutboxParts } from './outbox.ts';

/** The queue of one replica, and the repositories that put webhooks in. */
export interface WebhookQueueParts extends OutboxParts {
  readonly webhooks: WebhookQueue;
}

export interface WebhookQueueUnderTest extends WebhookQueueParts {
  /** A second one over the same data, as another replica has. Without one, the first is used. */
  readonly replica?: WebhookQueueParts;
  readonly clock: Clock;
  /** Needed where `durable`: ends the store without a farewell and opens its data anew. */
  reopen?(): Promise<WebhookQueueParts>;
  /** Needed where `durable`: damages what is stored of an event of no change, so that it cannot be read. */
  damage?(id: EventId): Promise<unknown>;
  dispose?(): Promise<void> | void;
}

export interface WebhookQueueTraits {
  /** Whether what was acknowledged outlives the process. */
  readonly durable: boolean;
}

/** What every `WebhookQueue`, and the repositories that put webhooks in, must do. */
export function describeWebhookQueue(
  name: string,
  create: () => WebhookQueueUnderTest | Promise<WebhookQueueUnderTest>,
  traits: WebhookQueueTraits,
): void {
  describe(`${name} is a WebhookQueue`, () => {
    const world = fresh(create);
    describe('putting in', () => putting(world));
    describe('taking', () => taking(world));
    describe('the events of one user', () => inOrder(world));
    describe('trying again', () => retrying(world));
    describe('a replica that lost its webhook to another one', () => losing(world));
    describe('events that change', () => changing(world));
    describe('the backlog', () => backlog(world));
    describe('pruning', () => pruning(world));
    if (traits.durable) describe('durability', () => durability(world));
    if (traits.durable) describe('a damaged event', () => damage(world));
  });
}

type World = () => WebhookQueueUnderTest;

const MINUTE = 60_000;

const after = (now: Timestamp, ms: number): Timestamp => parseTimestamp(now + ms);

function both(world: World) {
  const { replica = world(), clock, ...parts } = world();
  const now = clock.now();
  const [endpoint, other] = [anEndpointId(), anEndpointId()];
  const { webhooks } = replica;
  return {
    ...{ ...parts, replica, now, endpoint, other, until: after(now, MINUTE) },
    /** The effects of a change, for `endpoint` or another one. */
    told: (event: Event, ...endpoints: EndpointId[]): Effects => {
      const receivers = endpoints.length > 0 ? endpoints : [endpoint];
      return { events: [event], webhooks: receivers.map((receiver) => ({ endpoint: receiver, event })) };
    },
    put: async (...events: Event[]) => {
      for (const event of events) await parts.events.append(event, [{ endpoint, event }]);
    },
    take: (at: Timestamp = now, limit = 10) => webhooks.take(endpoint, at, after(at, MINUTE), limit),
    /** Takes and removes everything, as an endpoint gets it. */
    drain: async (from: EndpointId = endpoint): Promise<readonly Event[]> => {
      const got: Event[] = [];
      for (let at = after(now, 1_000); ; at = after(at, MINUTE)) {
        const deliveries = await webhooks.take(from, at, after(at, MINUTE), 10);
        if (deliveries.length === 0) return got;
        got.push(...deliveries.map(({ event }) => event));
        for (const delivery of deliveries) await webhooks.remove(delivery, at);
      }
    },
  };
}

const eventsOf = (deliveries: readonly Delivery[]) => deliveries.map(({ event }) => event);

const one = (deliveries: readonly Delivery[]): Delivery => required(deliveries[0], 'a webhook');

const times = (now: Timestamp, count: number, userId: UserId = aUserId()): Event[] =>
  Array.from({ length: count }, (_, ms) => anEvent(after(now, ms), { userId }));

function putting(world: World): void {
  it('happens with a new user and its changes, and only with them', async () => {
    const { users, now, told, drain } = both(world);
    const user = aUser();
    const [registered, changed, same, late] = times(now, 4, user.id) as [Event, Event, Event, Event];
    await users.add(user, told(registered));
    await users.update(user.id, nextVersion, told(changed));
    await users.update(user.id, (current) => current, told(same));
    const taken = aUser({ email: user.email });
    await expect(users.add(taken, told({ ...late, userId: taken.id }))).rejects.toThrow();
    expect(await drain()).toEqual([registered, changed]);
  });

  it('happens with each of many new users, and not with those whose email is taken', async () => {
    const { users, now, told, other, drain } = both(world);
    const holder = aUser();
    await users.add(holder);
    const first = aUser();
    const added = [first, aUser({ email: holder.email }), aUser()];
    const events = added.map(({ id }, ms) => anEvent(after(now, ms), { userId: id }));
    await users.addAll(added.map((user, n) => ({ user, effects: told(required(events[n], 'an event')) })));
    expect(await drain()).toEqual([events[0], events[2]]);
    expect(await drain(other)).toEqual([]);
    // The lane of each is as after `add`.
    const next = anEvent(after(now, 5), { userId: first.id });
    await users.update(first.id, nextVersion, told(next));
    expect(await drain()).toEqual([next]);
  });

  it('happens with a new session, its changes, and a mail that was sent', async () => {
    const { sessions, outbox, users, now, until, told, drain } = both(world);
    const session = aSession(now);
    const [started, ended, sent] = times(now, 3, session.userId) as [Event, Event, Event];
    await sessions.add(session, told(started));
    await sessions.update(session.id, (current) => ({ ...current, version: 2 }), told(ended));
    const user = aUser();
    await users.add(user, { events: [], mails: [aQueuedMail(now)] });
    for (const mail of await outbox.take(now, until, 10)) await outbox.remove(mail, told(sent));
    expect(await drain()).toEqual([started, ended, sent]);
  });

  it('happens with an event of no change, once for its id', async () => {
    const { events, replica, now, endpoint, put, drain } = both(world);
    const event = aDifficultEvent(now);
    await put(event);
    await replica.events.append(event, [{ endpoint, event }]);
    expect(await drain()).toEqual([event]);
    await events.append(event, [{ endpoint, event }]);
    expect(await drain()).toEqual([]);
  });

  it('is for each endpoint on its own', async () => {
    const { users, now, endpoint, other, told, drain } = both(world);
    const user = aUser();
    const [first, second] = times(now, 2, user.id) as [Event, Event];
    await users.add(user, told(first, endpoint, other));
    await users.update(user.id, nextVersion, told(second, other));
    expect(await drain(endpoint)).toEqual([first]);
    expect(await drain(other)).toEqual([first, second]);
    expect(await drain(anEndpointId())).toEqual([]);
  });
}

function taking(world: World): void {
  it('gives the event as it was written, once', async () => {
    const { now, until, endpoint, put, take } = both(world);
    const event = aDifficultEvent(now);
    await put(event);
    expect(await take()).toEqual([{ endpoint, event, attempts: 1, until }]);
    expect(await take()).toEqual([]);
  });

  it('waits until a webhook is due', async () => {
    const { now, put, take } = both(world);
    await put(anEvent(after(now, 5)));
    expect(await take(after(now, 4))).toEqual([]);
    expect(await take(after(now, 5))).toHaveLength(1);
  });

  it('gives at most so many, the longest due first', async () => {
    const { now, put, take } = both(world);
    const [one, two, three] = [0, 1, 2].map((ms) => anEvent(after(now, ms))) as [Event, Event, Event];
    await put(three, one, two);
    const at = after(now, 10);
    expect(new Set(eventsOf(await take(at, 2)))).toEqual(new Set([one, two]));
    expect(eventsOf(await take(at, 2))).toEqual([three]);
  });

  it('gives each of many to one of two replicas that take at once', async () => {
    const { webhooks, replica, now, until, endpoint, put } = both(world);
    const events = Array.from({ length: 20 }, () => anEvent(now));
    await put(...events);
    const taken: Event[] = [];
    for (let n = 0; n < 20 && taken.length < events.length; n++) {
      const attempts = [webhooks, replica.webhooks, webhooks, replica.webhooks].map((queue) =>
        queue.take(endpoint, now, until, 3),
      );
      taken.push(...(await Promise.all(attempts)).flat().map(({ event }) => event));
    }
    expect(taken.map(({ id }) => id).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
  });
}

function inOrder(world: World): void {
  it('come one after the other, the oldest first', async () => {
    const { replica, now, put, take } = both(world);
    const [first, second, third] = times(now, 3) as [Event, Event, Event];
    await put(first, third, second);
    for (const event of [first, second, third]) {
      const at = after(now, 10);
      const deliveries = await take(at);
      expect(deliveries).toMatchObject([{ event, attempts: 1 }]);
      expect(await take(at)).toEqual([]);
      await replica.webhooks.remove(one(deliveries), at);
    }
    expect(await take(after(now, 10 * MINUTE))).toEqual([]);
  });

  it('wait while an older one is being delivered, also when they come later', async () => {
    const { replica, now, put, take } = both(world);
    const [first, second] = times(now, 2) as [Event, Event];
    await put(first);
    const delivery = one(await take());
    await put(second);
    expect(await take(after(now, 10))).toEqual([]);
    await replica.webhooks.remove(delivery, after(now, 10));
    expect(eventsOf(await take(after(now, 10)))).toEqual([second]);
  });

  it('do not wait for those of another user', async () => {
    const { now, put, take } = both(world);
    const [mine, theirs] = [anEvent(now), anEvent(after(now, 1))];
    await put(mine);
    await take();
    await put(theirs);
    expect(eventsOf(await take(after(now, 1)))).toEqual([theirs]);
  });

  it('are complete and in order, however changes and deliveries interleave', async () => {
    const { users, replica, now, told, endpoint } = both(world);
    const user = aUser();
    await users.add(user);
    const events = times(now, 40, user.id);
    const got: Event[] = [];
    let at = after(now, MINUTE);
    const deliver = async () => {
      at = after(at, 1_000);
      for (const delivery of await replica.webhooks.take(endpoint, at, after(at, MINUTE), 10)) {
        got.push(delivery.event);
        await replica.webhooks.remove(delivery, at);
      }
    };
    const change = async () => {
      for (const event of events) await users.update(user.id, nextVersion, told(event));
    };
    const changing = { now: true };
    const changes = change().finally(() => {
      changing.now = false;
    });
    while (changing.now) await deliver();
    await changes;
    for (let n = 0; n < 100 && got.length < events.length; n++) await deliver();
    expect(got).toEqual(events);
    expect(await replica.webhooks.backlog(endpoint)).toEqual({ webhooks: 0, oldest: null });
  });
}

function retrying(world: World): void {
  it('counts the attempts of a webhook, and starts anew with the next one', async () => {
    const { replica, now, put, take } = both(world);
    const [first, second] = times(now, 2) as [Event, Event];
    await put(first, second);
    await replica.webhooks.retry(one(await take()), after(now, 5_000));
    expect(await take(after(now, 4_999))).toEqual([]);
    const again = await take(after(now, 5_000));
    expect(again).toMatchObject([{ event: first, attempts: 2 }]);
    await replica.webhooks.remove(one(again), after(now, 5_000));
    expect(await take(after(now, 5_000))).toMatchObject([{ event: second, attempts: 1 }]);
  });

  it('waits also when more events come', async () => {
    const { replica, now, put, take } = both(world);
    const [first, second] = times(now, 2) as [Event, Event];
    await put(first);
    await replica.webhooks.retry(one(await take()), after(now, 5_000));
    await put(second);
    expect(await take(after(now, 4_999))).toEqual([]);
    expect(eventsOf(await take(after(now, 5_000)))).toEqual([first]);
  });
}

function losing(world: World): void {
  it('finds it taken again, from its time on', async () => {
    const { now, until, put, take } = both(world);
    const event = anEvent(now);
    await put(event);
    await take();
    expect(await take(after(until, -1))).toEqual([]);
    expect(await take(until)).toMatchObject([{ event, attempts: 2 }]);
  });

  it('does not make it due', async () => {
    const { webhooks, until, now, put, take } = both(world);
    await put(anEvent(now));
    const lost = one(await take());
    await take(until);
    await webhooks.retry(lost, until);
    expect(await take(until)).toEqual([]);
  });

  it('removes what it has delivered, and the next event still waits for the other one', async () => {
    const { webhooks, until, now, put, take } = both(world);
    const [first, second] = times(now, 2) as [Event, Event];
    await put(first, second);
    const lost = one(await take());
    const held = one(await take(until));
    await webhooks.remove(lost, until);
    expect(await take(until)).toEqual([]);
    await webhooks.remove(held, until);
    expect(eventsOf(await take(until))).toEqual([second]);
  });
}

function changing(world: World): void {
  it('are delivered as they are left of a deleted user', async () => {
    const { events, now, put, drain } = both(world);
    const event = aDifficultEvent(now);
    await put(event);
    await events.forget(event.userId);
    expect(await drain()).toEqual([forgotten(event)]);
  });

  it('hold up no other when they are pruned', async () => {
    const { events, now, put, drain } = both(world);
    const [first, second] = times(now, 2) as [Event, Event];
    await put(first, second, anEvent(now));
    await events.prune(after(now, 1), 10);
    // In Redis, it takes minutes until an event is known to be gone, and not just being written.
    expect(await drain()).toEqual([second]);
  });
}

function backlog(world: World): void {
  it('tells how many webhooks of the endpoint wait, and since when', async () => {
    const { webhooks, replica, now, endpoint, other, put, take } = both(world);
    expect(await webhooks.backlog(endpoint)).toEqual({ webhooks: 0, oldest: null });
    const [first, second] = times(now, 2) as [Event, Event];
    await put(first, second, anEvent(after(now, 5)));
    expect(await webhooks.backlog(endpoint)).toEqual({ webhooks: 3, oldest: now });
    await replica.webhooks.remove(one(await take()), now);
    expect(await webhooks.backlog(endpoint)).toEqual({ webhooks: 2, oldest: after(now, 1) });
    expect(await webhooks.backlog(other)).toEqual({ webhooks: 0, oldest: null });
  });
}

function pruning(world: World): void {
  it('removes what is older, of every endpoint, in bounded steps, and nothing else', async () => {
    const { users, webhooks, replica, now, until, endpoint, other, told, drain } = both(world);
    const user = aUser();
    await users.add(user);
    for (const each of [endpoint, other]) await webhooks.take(each, now, until, 1);
    const events = times(now, 5, user.id);
    for (const [n, event] of events.entries()) {
      await users.update(user.id, nextVersion, n % 2 ? told(event, other) : told(event, endpoint));
    }
    expect(await webhooks.prune(after(now, 3), 2)).toBe(2);
    expect(await replica.webhooks.prune(after(now, 3), 2)).toBe(1);
    expect(await webhooks.prune(after(now, 3), 2)).toBe(0);
    expect(await drain(endpoint)).toEqual(events.slice(4));
    expect(await drain(other)).toEqual(events.slice(3, 4));
  });
}

function durability(world: World): void {
  it('has everything that was acknowledged when it is opened again', async () => {
    const { users, now, until, endpoint, told, take } = both(world);
    const user = aUser();
    const [first, second] = times(now, 2, user.id) as [Event, Event];
    await users.add(user, told(first));
    await take();
    await users.update(user.id, nextVersion, told(second));
    const { webhooks } = await required(world().reopen?.bind(world()), 'reopen, since it is durable')();
    expect(await webhooks.take(endpoint, now, until, 10)).toEqual([]);
    expect(await webhooks.take(endpoint, until, after(until, MINUTE), 10)).toMatchObject([
      { event: first, attempts: 2 },
    ]);
    expect(await webhooks.backlog(endpoint)).toEqual({ webhooks: 2, oldest: now });
  });
}

function damage(world: World): void {
  it('keeps no webhook of another user waiting, and none from being counted or removed', async () => {
    const { webhooks, replica, now, endpoint, put, take } = both(world);
    const [damaged, good] = [anEvent(now), anEvent(after(now, 1))];
    await put(damaged, good);
    await required(world().damage?.bind(world()), 'damage, since it is durable')(damaged.id);
    expect(eventsOf(await take(after(now, 1)))).toEqual([good]);
    expect(await webhooks.backlog(endpoint)).toEqual({ webhooks: 2, oldest: now });
    expect(await replica.webhooks.prune(after(now, 2), 10)).toBe(2);
    expect(await webhooks.backlog(endpoint)).toEqual({ webhooks: 0, oldest: null });
  });
}

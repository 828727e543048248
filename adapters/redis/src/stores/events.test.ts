import {
  aDifficultEvent,
  anEvent,
  aSession,
  aUser,
  aUserId,
  nextVersion,
  RecordingLogger,
} from '@user-management/conformance';
import {
  type Event,
  type EventId,
  forgotten,
  parseTimestamp,
  type UserId,
  withEnd,
} from '@user-management/domain';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { keys } from '../keys.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { clock, flush } from '../testing/describe-redis.ts';
import { ownRedis, whileFull } from '../testing/full-redis.ts';
import { before, beforeFirst, dyingEverywhere } from '../testing/intercept.ts';
import { eventsToJson } from './event-json.ts';
import { RedisEvents } from './events.ts';
import { RedisSessions } from './sessions.ts';
import { RedisUsers } from './users.ts';

const DAY = 86_400_000;

async function world(url = redisUrl()) {
  const { redis } = await connect(url);
  await flush(redis);
  const raw = await connectRaw(url);
  const logger = new RecordingLogger();
  return { raw, redis, logger, events: new RedisEvents(redis, logger), now: clock.now() };
}

type World = Awaited<ReturnType<typeof world>>;

/** Why events were left out of lists. */
const reportedBy = ({ logger }: World): readonly Error[] =>
  logger.lines.map(({ details }) => (details as { err: Error }).err);

const eventsOf = ({ events }: World, id: UserId) => events.ofUser(id, 10);

describe('events of what died anywhere', () => {
  it('are there if and only if the user was registered', async () => {
    const here = await world();
    const users = await RedisUsers.open(here.redis);
    await dyingEverywhere(here.redis, async (redis) => {
      const user = aUser();
      const event = anEvent(here.now, { userId: user.id });
      const dying = await RedisUsers.open(here.redis).then(() => RedisUsers.open(redis));
      try {
        await dying.add(user, { events: [event] });
      } finally {
        // The first reader completes the registration.
        const found = await users.findById(user.id);
        expect(await eventsOf(here, user.id)).toEqual(found ? [event] : []);
      }
    });
  });

  it('are there if and only if the user was changed', async () => {
    const here = await world();
    const users = await RedisUsers.open(here.redis);
    await dyingEverywhere(here.redis, async (redis) => {
      const user = aUser();
      await users.add(user);
      const event = anEvent(here.now, { userId: user.id });
      try {
        await (await RedisUsers.open(redis)).update(user.id, nextVersion, { events: [event] });
      } finally {
        const changed = (await users.findById(user.id))?.version === 2;
        expect(await eventsOf(here, user.id)).toEqual(changed ? [event] : []);
      }
    });
  });

  it('are there if and only if the session was started, and ended', async () => {
    const here = await world();
    const sessions = new RedisSessions(here.redis);
    await dyingEverywhere(here.redis, async (redis) => {
      const session = aSession(here.now);
      const [started, ended] = [0, 1].map((ms) =>
        anEvent(parseTimestamp(here.now + ms), { userId: session.userId }),
      ) as [Event, Event];
      const dying = new RedisSessions(redis);
      try {
        await dying.add(session, { events: [started] });
        await dying.update(session.id, (one) => withEnd(one, here.now), { events: [ended] });
      } finally {
        const found = await sessions.find(session.id);
        const expected = [...(found?.endedAt ? [ended] : []), ...(found ? [started] : [])];
        expect(await eventsOf(here, session.userId)).toEqual(expected);
      }
    });
  });

  it('leave nothing that is not pruned', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const event = anEvent(here.now);
      try {
        await new RedisEvents(redis).append(event);
      } finally {
        await here.events.prune(parseTimestamp(here.now + 1), 10);
        expect(await here.raw.keys('*')).toEqual([]);
      }
    });
  });

  it('are removed by the next pruning', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      await here.events.append(anEvent(here.now));
      try {
        await new RedisEvents(redis).prune(parseTimestamp(here.now + 1), 10);
      } finally {
        await here.events.prune(parseTimestamp(here.now + 1), 10);
        expect(await here.raw.keys('*')).toEqual([]);
      }
    });
  });
});

describe('an index entry', () => {
  it('stays when a reader looks between the index and the events', async () => {
    const here = await world();
    const event = anEvent(here.now);
    const slow = new RedisEvents(before(here.redis, 'SET', () => eventsOf(here, event.userId)));
    await slow.append(event);
    expect(await eventsOf(here, event.userId)).toEqual([event]);
  });

  it('goes when another writer was faster, and that of the other writer stays', async () => {
    const here = await world();
    const users = await RedisUsers.open(here.redis);
    const user = aUser();
    await users.add(user);
    const [mine, others] = [0, 1].map((ms) =>
      anEvent(parseTimestamp(here.now + ms), { userId: user.id }),
    ) as [Event, Event];
    let raced = false;
    const slow = await RedisUsers.open(
      before(here.redis, 'EVALSHA', async () => {
        if (raced) return;
        raced = true;
        await users.update(user.id, nextVersion, { events: [others] });
      }),
    );
    const once = (current: typeof user) => (current.version === 1 ? nextVersion(current) : current);
    await slow.update(user.id, once, { events: [mine] });
    expect(await eventsOf(here, user.id)).toEqual([others]);
    expect(await here.raw.zCard(keys.eventsOf(user.id))).toBe(1);
    expect(await here.raw.zCard(keys.eventsByTime)).toBe(1);
  });
});

describe('a list of all users', () => {
  /** More events than a page reads, each of another user. */
  async function crowd({ raw }: World, timeOf: (n: number) => number): Promise<readonly Event[]> {
    const events = Array.from({ length: 2_150 }, (_, n) => anEvent(parseTimestamp(timeOf(n))));
    await raw.mSet(events.map((event) => [keys.event(event.id), eventsToJson([event])] as [string, string]));
    await raw.zAdd(
      keys.eventsByTime,
      events.map(({ id, time, userId }) => ({ score: time, value: `${userId} ${keys.event(id)}` })),
    );
    return events;
  }

  it('ends a page that has read much, and the next one goes on', async () => {
    const here = await world();
    const rare = anEvent(here.now, { type: 'user.deleted' });
    await here.events.append(rare);
    await crowd(here, (n) => here.now + 1 + n);
    const { events, next } = await here.events.list({ type: 'user.deleted' }, 10);
    expect([events, next]).toEqual([[], expect.stringMatching(/^evt_/)]);
    expect(await here.events.list({ type: 'user.deleted' }, 10, next ?? undefined)).toEqual({
      events: [rare],
      next: null,
    });
  });

  it('is complete where one millisecond has more events than a page reads', async () => {
    const here = await world();
    const first = anEvent(here.now);
    await here.events.append(first);
    const crowded = await crowd(here, () => here.now + 1);
    const seen: Event[] = [];
    for (let next: EventId | null | undefined; next !== null;) {
      const page = await here.events.list({}, 1_000, next);
      seen.push(...page.events);
      next = page.next;
    }
    expect(seen).toEqual([first, ...crowded].toReversed());
  });
});

describe('a full Redis', () => {
  it('lets a session end, whose event is not listed', async () => {
    const here = await world(await ownRedis());
    const sessions = new RedisSessions(here.redis);
    const session = aSession(here.now);
    await sessions.add(session);
    await whileFull(here.raw, async () => {
      const event = anEvent(here.now, { userId: session.userId });
      await sessions.update(session.id, (one) => withEnd(one, here.now), { events: [event] });
      await expect(sessions.add(aSession(here.now), { events: [event] })).rejects.toThrow();
    });
    expect((await sessions.find(session.id))?.endedAt).toBe(here.now);
    expect(await eventsOf(here, session.userId)).toEqual([]);
  });

  it('keeps no entry of a registration that it refuses after the entry', async () => {
    const here = await world(await ownRedis());
    await RedisUsers.open(here.redis);
    const fill = () => here.raw.configSet('maxmemory', '1');
    const users = await RedisUsers.open(beforeFirst(here.redis, 'EVALSHA', fill));
    const user = aUser();
    await expect(users.add(user, { events: [anEvent(here.now, { userId: user.id })] })).rejects.toThrow();
    expect(await here.raw.keys('*')).toEqual([keys.dataset]);
  });
});

describe('events', () => {
  it('are JSON without an expiry', async () => {
    const here = await world();
    const event = aDifficultEvent(here.now);
    await here.events.append(event);
    expect(JSON.parse((await here.raw.get(keys.event(event.id))) ?? '')).toEqual([
      {
        id: event.id,
        type: event.type,
        time: new Date(event.time).toISOString(),
        user_id: event.userId,
        session_id: event.sessionId,
        actor: event.actor,
        device_id: event.deviceId,
        user_agent: event.userAgent,
        ip: event.ip,
      },
    ]);
    for (const key of await here.raw.keys('*')) expect(await here.raw.pTTL(key)).toBe(-1);
  });

  const poisons: [string, string][] = [
    ['no JSON', '[{"id":"secret"'],
    ['no list', '{}'],
    ['nothing', '[null]'],
    ['an event without an id', '[{"id":"secret"}]'],
    ['too much', '[]'.padEnd(200_000)],
  ];

  it.each(poisons)('that hold %s are removed when their user is deleted', async (_, text) => {
    const here = await world();
    const userId = aUserId();
    const [damaged, event] = [anEvent(here.now, { userId }), anEvent(here.now, { userId })];
    for (const one of [damaged, event]) await here.events.append(one);
    await here.raw.set(keys.event(damaged.id), text);
    await here.events.forget(userId);
    expect(await eventsOf(here, userId)).toEqual([forgotten(event)]);
  });

  it.each(poisons)('that hold %s are reported by a name that is the key only', async (_, text) => {
    const here = await world();
    const event = anEvent(here.now);
    await here.events.append(event);
    await here.raw.set(keys.event(event.id), text);
    expect(await eventsOf(here, event.userId)).toEqual([]);
    const [error, ...others] = reportedBy(here);
    expect(String(error)).toContain(`What Redis holds under ${keys.event(event.id)} cannot be read.`);
    expect(String(error?.cause)).not.toContain('secret');
    expect(others).toEqual([]);
  });

  it('of another user are in no list of the user', async () => {
    const here = await world();
    const [event, userId] = [anEvent(here.now), aUserId()];
    await here.events.append(event);
    await here.raw.zAdd(keys.eventsOf(userId), { score: here.now, value: keys.event(event.id) });
    expect(await eventsOf(here, userId)).toEqual([]);
    expect(String(reportedBy(here))).toContain('cannot be read');
  });

  it('are listed beside an entry that names none', async () => {
    const here = await world();
    const event = anEvent(here.now);
    await here.events.append(event);
    await here.raw.zAdd(keys.eventsByTime, { score: here.now + 1, value: 'x' });
    expect(await here.events.list({}, 10)).toEqual({ events: [event], next: null });
    expect(String(reportedBy(here))).toContain(`under ${keys.eventsByTime} cannot be read`);
  });

  it('are pruned beside entries that name another key, which stays, or are no text', async () => {
    const here = await world();
    const event = anEvent(here.now);
    await here.events.append(event);
    await here.raw.set('user:precious', 'x');
    for (const value of [`${aUserId()} user:precious`, Buffer.from([0xff, 0xfe])]) {
      await here.raw.zAdd(keys.eventsByTime, { score: 1, value });
    }
    expect(await here.events.prune(parseTimestamp(here.now + DAY), 10)).toBe(3);
    expect(await here.raw.keys('*')).toEqual(['user:precious']);
  });

  it('keep no user from being deleted when something else has the key of their index', async () => {
    const here = await world();
    const event = anEvent(here.now);
    await here.events.append(event);
    await here.raw.set(keys.eventsOf(event.userId), 'x');
    await here.events.forget(event.userId);
    expect(await here.raw.exists(keys.eventsOf(event.userId))).toBe(0);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { anEndpointId, anEvent, aSession, aUser, aUserId, nextVersion } from '@user-management/conformance';
import {
  type Delivery,
  type Effects,
  type Event,
  parseTimestamp,
  type Timestamp,
  withEnd,
} from '@user-management/domain';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keys } from '../keys.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { clock, flush } from '../testing/describe-redis.ts';
import { ownRedis, whileFull } from '../testing/full-redis.ts';
import { before, beforeFirst, dyingEverywhere } from '../testing/intercept.ts';
import type { Task } from '../testing/take-webhook.fixture.ts';
import { RedisEvents } from './events.ts';
import { RedisSessions } from './sessions.ts';
import { RedisUsers } from './users.ts';
import { RedisWebhookQueue } from './webhook-queue.ts';

const MINUTE = 60_000;

async function world(url = redisUrl()) {
  const { redis } = await connect(url);
  await flush(redis);
  const now = clock.now();
  const at = (ms: number) => parseTimestamp(now + ms);
  const endpoint = anEndpointId();
  return {
    ...{ redis, now, at, endpoint, until: at(MINUTE) },
    raw: await connectRaw(url),
    webhooks: new RedisWebhookQueue(redis),
    users: await RedisUsers.open(redis),
    sessions: new RedisSessions(redis),
    events: new RedisEvents(redis),
    told: (event: Event): Effects => ({ events: [event], webhooks: [{ endpoint, event }] }),
  };
}

type World = Awaited<ReturnType<typeof world>>;

/** What the endpoint gets from `from` on, when what is being written has been looked at again. */
async function delivered(
  { webhooks, endpoint, at }: World,
  from: Timestamp = at(10_000),
): Promise<readonly Event[]> {
  const got: Event[] = [];
  for (let [time, idle] = [from, 0]; idle < 2; time = parseTimestamp(time + MINUTE)) {
    const deliveries = await webhooks.take(endpoint, time, parseTimestamp(time + MINUTE), 10);
    for (const delivery of deliveries) await webhooks.remove(delivery, time);
    got.push(...deliveries.map(({ event }) => event));
    idle = deliveries.length === 0 ? idle + 1 : 0;
  }
  return got;
}

/** Nothing is left of a queue once changes have been given up. */
async function expectNothingLeft(here: World): Promise<void> {
  expect(await delivered(here, here.at(10 * MINUTE))).toEqual([]);
  expect(await here.raw.keys('record:webhooks:{*')).toEqual([]);
}

const FIXTURE = fileURLToPath(new URL('../testing/take-webhook.fixture.ts', import.meta.url));

describe('a webhook that a killed process took', () => {
  it('is taken by another process when its time is over, before the next one', async () => {
    const { webhooks, endpoint, at } = await world();
    const user = aUser();
    const events = [at(0), at(1)].map((time) => anEvent(time, { userId: user.id }));
    const [now, until] = [at(10_000), at(50_000)];
    const task: Task = { url: redisUrl(), user, events, endpoint, now, until };
    const courier = spawn(process.execPath, [FIXTURE, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void courier.kill('SIGKILL'));
    const ended = once(courier, 'exit');
    const [said] = (await once(courier.stdout, 'data')) as [Buffer];
    courier.kill('SIGKILL');
    await ended;
    const [taken] = JSON.parse(said.toString()) as [Delivery];
    expect(taken).toMatchObject({ event: { id: events[0]?.id }, attempts: 1 });
    const take = (from: Timestamp) => webhooks.take(endpoint, from, parseTimestamp(from + 40_000), 10);
    expect(await take(parseTimestamp(until - 1))).toEqual([]);
    const [again] = await take(until);
    expect(again).toMatchObject({ event: { id: events[0]?.id }, attempts: 2 });
    if (again) await webhooks.remove(again, until);
    expect(await take(at(90_000))).toMatchObject([{ event: { id: events[1]?.id }, attempts: 1 }]);
  });
});

describe('a webhook of what died anywhere', () => {
  it('is delivered if and only if the user was registered', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const user = aUser();
      const event = anEvent(here.now, { userId: user.id });
      const dying = await RedisUsers.open(here.redis).then(() => RedisUsers.open(redis));
      try {
        await dying.add(user, here.told(event));
      } finally {
        // The first reader completes the registration.
        const found = await here.users.findById(user.id);
        expect(await delivered(here)).toEqual(found ? [event] : []);
        // What has an expiry belongs to a registration that failed, and has expired later.
        for (const key of [keys.record(user.id), keys.firstEvents(keys.record(user.id))]) {
          if ((await here.raw.pTTL(key)) > 0) await here.raw.del(key);
        }
      }
    });
    await expectNothingLeft(here);
  });

  it('is delivered if and only if the user was changed', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const user = aUser();
      const event = anEvent(here.now, { userId: user.id });
      await here.users.add(user);
      try {
        await (await RedisUsers.open(redis)).update(user.id, nextVersion, here.told(event));
      } finally {
        const changed = (await here.users.findById(user.id))?.version === 2;
        expect(await delivered(here)).toEqual(changed ? [event] : []);
      }
    });
    await expectNothingLeft(here);
  });

  it('is delivered if and only if the session was started, and ended', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const session = aSession(here.now);
      const [started, ended] = [0, 1].map((ms) => anEvent(here.at(ms), { userId: session.userId })) as [
        Event,
        Event,
      ];
      const dying = new RedisSessions(redis);
      try {
        await dying.add(session, here.told(started));
        await dying.update(session.id, (one) => withEnd(one, here.now), here.told(ended));
      } finally {
        const found = await here.sessions.find(session.id);
        const expected = [...(found ? [started] : []), ...(found?.endedAt ? [ended] : [])];
        expect(await delivered(here)).toEqual(expected);
      }
    });
    await expectNothingLeft(here);
  });

  it('is delivered if and only if its event is in the log', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const event = anEvent(here.now);
      try {
        await new RedisEvents(redis).append(event, [{ endpoint: here.endpoint, event }]);
      } finally {
        const found = await here.raw.exists(keys.event(event.id));
        expect(await delivered(here)).toEqual(found ? [event] : []);
      }
    });
    await expectNothingLeft(here);
  });
});

describe('a replica that died anywhere', () => {
  it('while it took, put back or removed a webhook leaves the lane to another one', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const userId = aUserId();
      const events = [0, 1].map((ms) => anEvent(here.at(ms), { userId }));
      for (const event of events) await here.events.append(event, [{ endpoint: here.endpoint, event }]);
      const dying = new RedisWebhookQueue(redis);
      const removed: Event[] = [];
      try {
        const [first] = await dying.take(here.endpoint, here.now, here.until, 10);
        if (first) await dying.retry(first, here.at(10));
        const [again] = await dying.take(here.endpoint, here.at(10), here.until, 10);
        if (again) removed.push(again.event);
        if (again) await dying.remove(again, here.at(10));
      } finally {
        const got = await delivered(here, here.until);
        const ids = (list: readonly Event[]) => list.map(({ id }) => id);
        expect([...new Set([...ids(removed), ...ids(got)])]).toEqual(ids(events));
      }
    });
    await expectNothingLeft(here);
  });
});

describe('a lane', () => {
  it('waits for an event that is being written', async () => {
    const here = await world();
    const event = anEvent(here.now);
    const look = () => here.webhooks.take(here.endpoint, here.now, here.until, 10);
    await new RedisEvents(before(here.redis, 'SET', look)).append(event, [
      { endpoint: here.endpoint, event },
    ]);
    expect(await here.webhooks.take(here.endpoint, here.at(999), here.until, 10)).toEqual([]);
    expect(await here.webhooks.take(here.endpoint, here.at(1_000), here.until, 10)).toMatchObject([
      { event, attempts: 1 },
    ]);
  });

  it('does not wait for an event that is being written after another one', async () => {
    const here = await world();
    const userId = aUserId();
    const [first, second] = [0, 1].map((ms) => anEvent(here.at(ms), { userId })) as [Event, Event];
    await here.events.append(second, [{ endpoint: here.endpoint, event: second }]);
    const seen: unknown[] = [];
    const look = async () =>
      seen.push(...(await here.webhooks.take(here.endpoint, here.at(1), here.until, 10)));
    await new RedisEvents(beforeFirst(here.redis, 'SET', look)).append(first, [
      { endpoint: here.endpoint, event: first },
    ]);
    expect(seen).toMatchObject([{ event: second }]);
  });

  it('of an endpoint that is not configured any more is pruned', async () => {
    const here = await world();
    await here.webhooks.take(here.endpoint, here.now, here.until, 10);
    const event = anEvent(here.now);
    await here.events.append(event, [{ endpoint: here.endpoint, event }]);
    expect(await here.webhooks.prune(here.at(1), 10)).toBe(1);
    expect(await here.raw.keys('record:webhooks:{*')).toEqual([]);
  });
});

describe('an entry that names nothing', () => {
  const precious = ['user:precious', 'x'] as const;

  async function garbage({ raw, endpoint }: World, event: Event) {
    await raw.set(...precious);
    await raw.sAdd(keys.webhookEndpoints, ['', 'no endpoint']);
    const members = ['x', `${event.userId} x x`, `${event.userId} ${event.id} ${precious[0]}`];
    for (const value of members) {
      for (const key of [keys.webhooks(endpoint), keys.webhookTimes(endpoint)]) {
        await raw.zAdd(key, { score: 1, value });
      }
      await raw.zAdd(keys.webhookLanes(endpoint), { score: 1, value });
    }
  }

  it('keeps no webhook from being removed, and is removed too', async () => {
    const here = await world();
    await here.webhooks.take(here.endpoint, here.now, here.until, 10);
    const event = anEvent(here.now);
    await here.events.append(event, [{ endpoint: here.endpoint, event }]);
    await garbage(here, event);
    const noText = { score: 1, value: Buffer.from([0xff, 0xfe]) };
    for (const keyOf of [keys.webhookTimes, keys.webhookLanes]) {
      await here.raw.zAdd(keyOf(here.endpoint), noText);
    }
    expect(await here.webhooks.prune(here.at(1), 10)).toBe(5);
    expect(await here.raw.keys('record:webhooks:{*')).toEqual([]);
    expect(await here.raw.sMembers(keys.webhookEndpoints)).toEqual([here.endpoint]);
    expect(await here.raw.get(precious[0])).toBe(precious[1]);
  });

  it('keeps no webhook waiting, also of the same user', async () => {
    const here = await world();
    const event = anEvent(here.now);
    await here.events.append(event, [{ endpoint: here.endpoint, event }]);
    await garbage(here, event);
    expect(await delivered(here)).toEqual([event]);
    expect(await here.raw.zCard(keys.webhookLanes(here.endpoint))).toBe(0);
    expect(await here.raw.exists(keys.webhookTries(here.endpoint))).toBe(0);
    expect(await here.raw.get(precious[0])).toBe(precious[1]);
  });

  it('hides no backlog', async () => {
    const here = await world();
    const event = anEvent(here.now);
    await here.events.append(event, [{ endpoint: here.endpoint, event }]);
    await here.raw.zAdd(keys.webhookTimes(here.endpoint), { score: -0.5, value: 'x' });
    expect(await here.webhooks.backlog(here.endpoint)).toEqual({ webhooks: 2, oldest: null });
  });
});

describe('a full Redis', () => {
  it('lets a session end, and its webhook is delivered', async () => {
    const here = await world(await ownRedis());
    const session = aSession(here.now);
    await here.sessions.add(session);
    const event = anEvent(here.now, { userId: session.userId });
    await whileFull(here.raw, async () => {
      await here.sessions.update(session.id, (one) => withEnd(one, here.now), here.told(event));
      expect(await delivered(here)).toEqual([event]);
    });
  });
});

describe('a webhook', () => {
  const poisons: [string, (raw: World['raw'], key: string) => Promise<unknown>][] = [
    ['no JSON', (raw, key) => raw.set(key, '[{"id":"secret"')],
    ['no such event', (raw, key) => raw.set(key, '[]')],
    ['a list', async (raw, key) => [await raw.del(key), await raw.lPush(key, 'secret')]],
  ];

  it.each(poisons)(
    'whose event is %s is a fault that names the key only, and keeps no other waiting',
    async (_, poison) => {
      const here = await world();
      const [bad, good] = [anEvent(here.now), anEvent(here.now)];
      for (const event of [bad, good]) {
        await here.events.append(event, [{ endpoint: here.endpoint, event }]);
      }
      await poison(here.raw, keys.event(bad.id));
      const [delivery, ...others] = await here.webhooks.take(here.endpoint, here.now, here.until, 10);
      expect([delivery?.event, others]).toEqual([good, []]);
      if (delivery) await here.webhooks.remove(delivery, here.now);
      const error: unknown = await here.webhooks
        .take(here.endpoint, here.until, here.at(2 * MINUTE), 10)
        .catch((e: unknown) => e);
      expect(String(error)).toContain(`What Redis holds under ${keys.event(bad.id)} cannot be read.`);
      expect(String((error as Error).cause)).not.toContain('secret');
    },
  );

  it('has keys without an expiry', async () => {
    const here = await world();
    const event = anEvent(here.now);
    await here.events.append(event, [{ endpoint: here.endpoint, event }]);
    await here.webhooks.take(here.endpoint, here.now, here.until, 10);
    const names = await here.raw.keys('record:webhooks:*');
    expect(names).toHaveLength(5);
    for (const key of names) expect(await here.raw.pTTL(key)).toBe(-1);
  });
});

import {
  aChallenge,
  aDifficultMail,
  anEvent,
  aQueuedMail,
  aSession,
  aUser,
  nextVersion,
} from '@user-management/conformance';
import {
  type Effects,
  parseTimestamp,
  type QueuedMail,
  type Timestamp,
  withEnd,
} from '@user-management/domain';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { keys } from '../keys.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { clock, flush } from '../testing/describe-redis.ts';
import { ownRedis, whileFull } from '../testing/full-redis.ts';
import { before, beforeFirst, dyingEverywhere } from '../testing/intercept.ts';
import { RedisChallenges } from './challenges.ts';
import { RedisEvents } from './events.ts';
import { RedisOutbox } from './outbox.ts';
import { RedisSessions } from './sessions.ts';
import { RedisUsers } from './users.ts';

const MINUTE = 60_000;

async function world(url = redisUrl()) {
  const { redis } = await connect(url);
  await flush(redis);
  const raw = await connectRaw(url);
  const now = clock.now();
  const at = (ms: number) => parseTimestamp(now + ms);
  return {
    ...{ raw, redis, now, at, until: at(MINUTE) },
    outbox: new RedisOutbox(redis),
    challenges: new RedisChallenges(redis),
    users: await RedisUsers.open(redis),
    sessions: new RedisSessions(redis),
    events: new RedisEvents(redis),
  };
}

type World = Awaited<ReturnType<typeof world>>;

const withMails = (...mails: QueuedMail[]): Effects => ({ events: [], mails });

async function put(here: World, mail = aQueuedMail(here.now)) {
  const challenge = aChallenge(here.now);
  await here.challenges.issue(challenge, withMails(mail));
  return { mail, key: keys.mail(keys.challenge(challenge.id), mail.id) };
}

/** Puts a mail in and takes it. */
async function taken(here: World): Promise<QueuedMail> {
  await put(here);
  const [mail] = await here.outbox.take(here.now, here.until, 1);
  if (!mail) throw new Error('There is no mail.');
  return mail;
}

/** Takes and removes what is due shortly afterwards, when what is being written has been looked at again. */
async function sent({ outbox, at }: World, now: Timestamp = at(10_000)): Promise<readonly string[]> {
  const mails = await outbox.take(now, parseTimestamp(now + MINUTE), 10);
  for (const mail of mails) await outbox.remove(mail);
  return mails.map(({ id }) => id);
}

/** No entry stays in the index once changes have been given up, and what has an expiry has expired. */
async function expectNothingDue(here: World): Promise<void> {
  const expiring = await Promise.all(
    (await here.raw.keys('*')).map(async (key) => ((await here.raw.pTTL(key)) > 0 ? [key] : [])),
  );
  for (const key of expiring.flat()) await here.raw.del(key);
  expect(await sent(here, here.at(10 * MINUTE))).toEqual([]);
  expect(await here.raw.exists(keys.mailsDue)).toBe(0);
}

describe('a mail of what died anywhere', () => {
  it('is sent if and only if the user was registered', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const [user, mail, other] = [aUser(), aQueuedMail(here.now), aQueuedMail(here.now)];
      const dying = await RedisUsers.open(here.redis).then(() => RedisUsers.open(redis));
      try {
        await dying.add(user, withMails(mail, other));
      } finally {
        // The first reader completes the registration.
        const found = await here.users.findById(user.id);
        expect((await sent(here)).toSorted()).toEqual(found ? [mail.id, other.id].toSorted() : []);
      }
    });
    await expectNothingDue(here);
  });

  it('is sent if and only if the user was changed', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const [user, mail] = [aUser(), aQueuedMail(here.now)];
      await here.users.add(user);
      try {
        await (await RedisUsers.open(redis)).update(user.id, nextVersion, withMails(mail));
      } finally {
        const changed = (await here.users.findById(user.id))?.version === 2;
        expect(await sent(here)).toEqual(changed ? [mail.id] : []);
      }
    });
    await expectNothingDue(here);
  });

  it('is sent if and only if the session was started, and ended', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const session = aSession(here.now);
      const [started, ended] = [aQueuedMail(here.now), aQueuedMail(here.at(1))];
      const dying = new RedisSessions(redis);
      try {
        await dying.add(session, withMails(started));
        await dying.update(session.id, (one) => withEnd(one, here.now), withMails(ended));
      } finally {
        const found = await here.sessions.find(session.id);
        const expected = [...(found ? [started.id] : []), ...(found?.endedAt ? [ended.id] : [])];
        expect((await sent(here)).toSorted()).toEqual(expected.toSorted());
      }
    });
    await expectNothingDue(here);
  });

  it('is sent if and only if the challenge was issued', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const [challenge, mail] = [aChallenge(here.now), aQueuedMail(here.now)];
      try {
        await new RedisChallenges(redis).issue(challenge, withMails(mail));
      } finally {
        const found = await here.challenges.find(challenge.id);
        expect(await sent(here)).toEqual(found ? [mail.id] : []);
      }
    });
    await expectNothingDue(here);
  });
});

describe('a replica that died anywhere', () => {
  it('while it took a mail leaves it to another one, after its time', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const { mail } = await put(here);
      try {
        await new RedisOutbox(redis).take(here.now, here.until, 10);
      } finally {
        expect(await sent(here, here.until)).toEqual([mail.id]);
      }
    });
    await expectNothingDue(here);
  });

  it('while it put a mail back leaves it to another one', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const mail = await taken(here);
      try {
        await new RedisOutbox(redis).retry(mail, here.at(5_000));
      } finally {
        expect(await sent(here, here.until)).toEqual([mail.id]);
      }
    });
    await expectNothingDue(here);
  });

  it('while it removed a mail has written the effects if and only if the mail is gone', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const mail = await taken(here);
      const [event, next] = [anEvent(here.now), aQueuedMail(here.at(1))];
      try {
        await new RedisOutbox(redis).remove(mail, { events: [event], mails: [next] });
      } finally {
        const left = await sent(here, here.until);
        expect([[mail.id], [next.id]]).toContainEqual(left);
        const gone = left[0] === next.id;
        expect(await here.events.ofUser(event.userId, 10)).toEqual(gone ? [event] : []);
      }
    });
    await expectNothingDue(here);
  });
});

describe('an entry of the index', () => {
  it('stays when a replica looks between the index and the mail', async () => {
    const here = await world();
    const mail = aQueuedMail(here.now);
    const look = () => here.outbox.take(here.now, here.until, 10);
    await new RedisChallenges(before(here.redis, 'SET', look)).issue(aChallenge(here.now), withMails(mail));
    expect(await sent(here, here.at(999))).toEqual([]);
    expect(await sent(here, here.at(1_000))).toEqual([mail.id]);
  });

  it('keeps no other mail waiting when it has no mail', async () => {
    const here = await world();
    const absent = aQueuedMail(here.now);
    const member = `${absent.id} ${keys.mail('record:user:x', absent.id)}`;
    await here.raw.zAdd(keys.mailsDue, { score: here.now - 1, value: member });
    const { mail } = await put(here);
    expect(await here.outbox.take(here.now, here.until, 1)).toMatchObject([{ id: mail.id }]);
  });

  it('that is too early is corrected', async () => {
    const here = await world();
    const { mail, key } = await put(here, aQueuedMail(here.now, { dueAt: here.at(5_000) }));
    const member = `${mail.id} ${key}`;
    await here.raw.zAdd(keys.mailsDue, { score: 1, value: member });
    expect(await here.outbox.take(here.now, here.until, 10)).toEqual([]);
    expect(await here.raw.zScore(keys.mailsDue, member)).toBe(here.at(5_000));
  });

  it('goes when another writer was faster', async () => {
    const here = await world();
    const user = aUser();
    await here.users.add(user);
    const [mine, others] = [aQueuedMail(here.now), aQueuedMail(here.now)];
    const race = () => here.users.update(user.id, nextVersion, withMails(others));
    const slow = await RedisUsers.open(beforeFirst(here.redis, 'EVALSHA', race));
    const once = (current: typeof user) => (current.version === 1 ? nextVersion(current) : current);
    await slow.update(user.id, once, withMails(mine));
    expect(await here.outbox.backlog()).toMatchObject({ mails: 1 });
    expect(await sent(here)).toEqual([others.id]);
  });

  it('goes when the email is taken, with the mail', async () => {
    const here = await world();
    const user = aUser();
    await here.users.add(user);
    const adding = here.users.add(aUser({ email: user.email }), withMails(aQueuedMail(here.now)));
    await expect(adding).rejects.toThrow();
    expect(await here.raw.keys('record:mail*')).toEqual([]);
  });

  it('that names no mail is a fault, and what it names stays', async () => {
    const here = await world();
    await here.raw.set('user:precious', 'x');
    await here.raw.zAdd(keys.mailsDue, { score: 1, value: `${aQueuedMail(here.now).id} user:precious` });
    const taking = here.outbox.take(here.now, here.until, 10);
    await expect(taking).rejects.toThrow(`What Redis holds under ${keys.mailsDue} cannot be read.`);
    expect(await here.raw.get('user:precious')).toBe('x');
  });

  it('that names no mail hides no backlog', async () => {
    const here = await world();
    await here.raw.zAdd(keys.mailsDue, { score: 1, value: 'x' });
    expect(await here.outbox.backlog()).toEqual({ mails: 1, oldest: null });
    const { mail } = await put(here);
    expect(await here.outbox.backlog()).toEqual({ mails: 2, oldest: mail.occurredAt });
  });
});

describe('a registration', () => {
  it('has no more mails than the first reader can find', async () => {
    const { users, now } = await world();
    const mails = Array.from({ length: 5 }, () => aQueuedMail(now));
    await expect(users.add(aUser(), withMails(...mails))).rejects.toThrow('at most 4 mails');
  });
});

describe('a full Redis', () => {
  it('lets a session end, and its mail is sent', async () => {
    const here = await world(await ownRedis());
    const session = aSession(here.now);
    await here.sessions.add(session);
    const mail = aQueuedMail(here.now);
    await whileFull(here.raw, async () => {
      await here.sessions.update(session.id, (one) => withEnd(one, here.now), withMails(mail));
      await expect(here.sessions.add(session, withMails(aQueuedMail(here.now)))).rejects.toThrow();
    });
    expect(await sent(here)).toEqual([mail.id]);
  });

  it('lets mails be sent', async () => {
    const here = await world(await ownRedis());
    await put(here);
    const { mail } = await put(here);
    await whileFull(here.raw, async () => {
      const [one, other] = await here.outbox.take(here.now, here.until, 10);
      if (!one || !other) throw new Error('There is no mail.');
      await here.outbox.remove(one.id === mail.id ? other : one);
      await here.outbox.retry(one.id === mail.id ? one : other, here.at(1));
    });
    expect(await sent(here)).toEqual([mail.id]);
  });
});

describe('a mail', () => {
  it('is JSON without an expiry', async () => {
    const here = await world();
    const mail = aDifficultMail(here.now);
    const { key } = await put(here, mail);
    expect(JSON.parse((await here.raw.get(key)) ?? '')).toEqual({
      message_id: mail.id,
      kind: mail.kind,
      to: mail.to,
      user_id: mail.userId,
      name: mail.name,
      device: { user_agent: mail.device?.userAgent, ip: mail.device?.ip },
      occurred_at: new Date(mail.occurredAt).toISOString(),
      challenge: mail.challenge,
      expires_at: new Date(mail.expiresAt ?? 0).toISOString(),
      attempts: mail.attempts,
      due_at: new Date(mail.dueAt).toISOString(),
      version: mail.version,
    });
    for (const one of await here.raw.keys('record:mail*')) expect(await here.raw.pTTL(one)).toBe(-1);
  });

  const poisons: [string, (raw: World['raw'], key: string) => Promise<unknown>][] = [
    ['no JSON', (raw, key) => raw.set(key, '{"to":"secret"')],
    ['no mail', (raw, key) => raw.set(key, '{"to":"secret"}')],
    ['another mail', async (raw, key) => raw.set(key, await other(raw, key))],
    ['too much', (raw, key) => raw.set(key, '{}'.padEnd(200_000))],
    ['a list', async (raw, key) => [await raw.del(key), await raw.lPush(key, 'secret')]],
  ];

  const other = async (raw: World['raw'], key: string) =>
    (await raw.get(key))?.replace(/msg_[0-9a-f]{32}/, aQueuedMail(clock.now()).id) ?? '';

  it.each(poisons)(
    'that is %s is a fault that names the key only, and keeps no other waiting',
    async (_, poison) => {
      const here = await world();
      const { key } = await put(here, aQueuedMail(parseTimestamp(here.now - 1)));
      await poison(here.raw, key);
      const { mail } = await put(here);
      expect(await here.outbox.take(here.now, here.until, 1)).toMatchObject([{ id: mail.id }]);
      await here.outbox.remove({ ...mail, version: 2, dueAt: here.until });
      const error: unknown = await here.outbox
        .take(here.until, here.at(2 * MINUTE), 1)
        .catch((e: unknown) => e);
      expect(String(error)).toContain(`What Redis holds under ${key} cannot be read.`);
      expect(error).not.toHaveProperty('code');
      expect(String((error as Error).cause)).not.toContain('secret');
    },
  );
});

describe('a mail that two see due', () => {
  it('is given to one of them', async () => {
    const here = await world();
    const { mail } = await put(here);
    const first: (readonly QueuedMail[])[] = [];
    const race = async () => first.push(await here.outbox.take(here.now, here.until, 10));
    const slow = new RedisOutbox(beforeFirst(here.redis, 'EVALSHA', race));
    expect(await slow.take(here.now, here.until, 10)).toEqual([]);
    expect(first).toMatchObject([[{ id: mail.id }]]);
  });
});

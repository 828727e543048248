import { aChallenge, aDifficultChallenge, aDigest, anEmail, aUserId } from '@user-management/conformance';
import { parseTimestamp, withAttempt } from '@user-management/domain';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { keys } from '../keys.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { clock, flush } from '../testing/describe-redis.ts';
import { beforeFirst, dyingEverywhere } from '../testing/intercept.ts';
import { RedisChallenges } from './challenges.ts';

const MINUTE = 60_000;

async function world() {
  const { redis } = await connect(redisUrl());
  await flush(redis);
  const raw = await connectRaw(redisUrl());
  const now = clock.now();
  const at = (ms: number) => parseTimestamp(now + ms);
  return { raw, redis, challenges: new RedisChallenges(redis), now, at };
}

type World = Awaited<ReturnType<typeof world>>;

async function expectAllToExpire({ raw }: World): Promise<void> {
  for (const key of await raw.keys('*')) expect(await raw.pTTL(key), key).toBeGreaterThan(0);
}

describe('what died anywhere', () => {
  it('while it issued a challenge leaves at most one for the place, and nothing that stays', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const [old, next] = [aChallenge(here.now), aChallenge(here.now)];
      await here.challenges.issue(old);
      try {
        await new RedisChallenges(redis).issue({ ...next, place: old.place });
      } finally {
        const found = await Promise.all([old, next].map(({ id }) => here.challenges.find(id)));
        expect(found.filter(Boolean).length).toBeLessThanOrEqual(1);
        await expectAllToExpire(here);
      }
    });
  });

  it('while it removed the challenges of a user is repeated', async () => {
    const here = await world();
    await dyingEverywhere(here.redis, async (redis) => {
      const userId = aUserId();
      const both = [aChallenge(here.now, { userId }), aChallenge(here.now, { userId })];
      for (const challenge of both) await here.challenges.issue(challenge);
      try {
        await new RedisChallenges(redis).removeOf(userId);
      } finally {
        await here.challenges.removeOf(userId);
        for (const { id } of both) expect(await here.challenges.find(id)).toBeUndefined();
        expect(await here.raw.exists(keys.challengesOf(userId))).toBe(0);
      }
    });
  });
});

describe('a challenge', () => {
  it('stays for a minute after it has expired, also when it was changed', async () => {
    const here = await world();
    const challenge = aChallenge(here.now, { expiresAt: here.at(MINUTE) });
    await here.challenges.issue(challenge);
    await here.challenges.update(challenge.id, withAttempt);
    for (const key of [keys.challenge(challenge.id), keys.challengeAt(challenge.place)]) {
      const left = await here.raw.pTTL(key);
      expect(left).toBeGreaterThan(2 * MINUTE - 10_000);
      expect(left).toBeLessThanOrEqual(2 * MINUTE);
    }
  });

  it('is not brought back by a change that races with its removal', async () => {
    const here = await world();
    const challenge = aChallenge(here.now);
    await here.challenges.issue(challenge);
    const slow = new RedisChallenges(
      beforeFirst(here.redis, 'EVALSHA', () => here.challenges.remove(challenge.id)),
    );
    expect(await slow.update(challenge.id, withAttempt)).toBeUndefined();
    expect(await here.challenges.find(challenge.id)).toBeUndefined();
  });

  it('is JSON', async () => {
    const here = await world();
    const challenge = aDifficultChallenge(here.now);
    await here.challenges.issue(challenge);
    const { registration, device, passwordHash } = challenge.application ?? {};
    expect(JSON.parse((await here.raw.get(keys.challenge(challenge.id))) ?? '')).toEqual({
      id: challenge.id,
      purpose: challenge.purpose,
      place: challenge.place,
      user_id: null,
      email: challenge.email,
      state: null,
      application: {
        email: registration?.email,
        device_id: registration?.deviceId,
        phone: registration?.phone,
        name: registration?.name,
        preferences: registration?.preferences,
        idempotency_key: registration?.idempotencyKey,
        password_hash: passwordHash,
        device: { device_id: device?.deviceId, user_agent: device?.userAgent, ip: device?.ip },
      },
      failures: challenge.failures,
      created_at: new Date(challenge.createdAt).toISOString(),
      expires_at: new Date(challenge.expiresAt).toISOString(),
      version: challenge.version,
    });
  });
});

describe('the index of the challenges of a user', () => {
  it('lasts as long as the last challenge, and forgets the expired ones', async () => {
    const here = await world();
    const userId = aUserId();
    const issue = async (createdAt: number, expiresAt: number) => {
      const times = { userId, expiresAt: here.at(expiresAt) };
      const challenge = aChallenge(here.at(createdAt), times);
      await here.challenges.issue(challenge);
      return challenge.id;
    };
    const [, long] = [await issue(0, MINUTE), await issue(0, 60 * MINUTE)];
    const short = await issue(2 * MINUTE, 3 * MINUTE);
    const key = keys.challengesOf(userId);
    expect(await here.raw.zRange(key, 0, -1)).toEqual([short, long]);
    expect(await here.raw.pTTL(key)).toBeGreaterThan(58 * MINUTE);
  });

  it('keeps no user from being deleted when it names something else', async () => {
    const here = await world();
    const userId = aUserId();
    const challenge = aChallenge(here.now, { userId });
    await here.challenges.issue(challenge);
    for (const value of ['x', Buffer.from([0xff, 0xfe])]) {
      await here.raw.zAdd(keys.challengesOf(userId), { score: here.now, value });
    }
    await here.challenges.removeOf(userId);
    expect(await here.challenges.find(challenge.id)).toBeUndefined();
    expect(await here.raw.exists(keys.challengesOf(userId))).toBe(0);
  });
});

describe('something else under the key of that index', () => {
  it('keeps no user from being deleted', async () => {
    const here = await world();
    const userId = aUserId();
    const key = keys.challengesOf(userId);
    await here.raw.set(key, 'x');
    await here.challenges.removeOf(userId);
    expect(await here.raw.exists(key)).toBe(0);
  });
});

describe('a fault that names the key only', () => {
  const bad: [string, string, object][] = [
    ['no purpose', 'purpose', { purpose: 'secret' }],
    ['no place', 'place', { place: 'secret' }],
    ['no user', 'user_id', { user_id: 'secret' }],
    ['no address', 'email', { email: 'secret' }],
    ['no state', 'state', { state: 'secret' }],
    ['half an application', 'application', { application: { email: anEmail(), password_hash: 'secret' } }],
    ['no count', 'failures', { failures: -1 }],
    ['no version', 'version', { version: 0 }],
    ['another id', 'id', { id: aDigest() }],
  ];

  it.each(bad)('is a challenge with %s', async (_, member, replaced) => {
    const here = await world();
    const challenge = aDifficultChallenge(here.now);
    await here.challenges.issue(challenge);
    const key = keys.challenge(challenge.id);
    const json = JSON.parse((await here.raw.get(key)) ?? '') as object;
    expect(json).toHaveProperty(member);
    await here.raw.set(key, JSON.stringify({ ...json, ...replaced }));
    await expectFault(here.challenges.find(challenge.id), key);
  });

  it.each(['{"secret', 'null', ''])('is a challenge that is the text %j', async (text) => {
    const here = await world();
    const id = aDigest();
    await here.raw.set(keys.challenge(id), text);
    await expectFault(here.challenges.find(id), keys.challenge(id));
  });

  it('is a list in its place', async () => {
    const here = await world();
    const id = aDigest();
    await here.raw.lPush(keys.challenge(id), 'secret');
    await expectFault(here.challenges.find(id), keys.challenge(id));
  });

  it('is a place that names no challenge', async () => {
    const here = await world();
    const userId = aUserId();
    const [challenge, other] = [aChallenge(here.now, { userId }), aChallenge(here.now, { userId })];
    for (const one of [challenge, other]) await here.challenges.issue(one);
    const key = keys.challengeAt(challenge.place);
    await here.raw.set(key, 'secret');
    await expectFault(here.challenges.find(challenge.id), key);
    expect(await here.challenges.ofUser(userId)).toEqual([other]);
  });

  async function expectFault(reading: Promise<unknown>, key: string): Promise<void> {
    const error: unknown = await reading.catch((reason: unknown) => reason);
    expect(String(error)).toContain(`What Redis holds under ${key} cannot be read.`);
    expect(error).not.toHaveProperty('code');
    expect(String((error as Error).cause)).not.toContain('secret');
  }
});

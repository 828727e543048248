import type { User, UserId } from '@user-management/domain';
import { aDigest, anEmail, aUser, aUserId, nextVersion } from '@user-management/conformance';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { keys } from '../keys.ts';
import { field } from '../connection/info.ts';
import { LONGEST_VALUE } from '../connection/reads.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { tokenStore, userCache } from '../testing/describe-redis.ts';
import { userToJson } from './user-json.ts';

type Raw = Awaited<ReturnType<typeof connectRaw>>;

/** Stores an invalid value under a key. */
type Poison = (raw: Raw, key: string) => Promise<unknown>;

const text =
  (value: string | Buffer): Poison =>
  (raw, key) =>
    raw.set(key, value);

const json = (value: unknown): Poison => text(JSON.stringify(value));

const OTHER_TYPES: Readonly<Record<string, Poison>> = {
  'a list': (raw, key) => raw.lPush(key, 'x'),
  'a hash': (raw, key) => raw.hSet(key, 'user_id', 'x'),
  'a set': (raw, key) => raw.sAdd(key, 'x'),
  'a stream': (raw, key) => raw.xAdd(key, '*', { x: 'y' }),
};

/** The part before the limit of the read is a valid value. */
const tooLong =
  (value: string): Poison =>
  (raw, key) =>
    raw.set(key, value.padEnd(LONGEST_VALUE + 1));

const NO_JSON: Readonly<Record<string, Poison>> = {
  ...OTHER_TYPES,
  'nothing at all': text(''),
  'half a JSON object': text('{"user_id":'),
  'bytes that are not text': text(Buffer.from([0xff, 0xfe, 0x00, 0x80])),
  'a JSON array': json([{}]),
  'a JSON null': json(null),
  'an empty object': json({}),
  'ten thousand arrays in each other': text('['.repeat(10_000) + ']'.repeat(10_000)),
};

const userPoisons = (id: UserId): Readonly<Record<string, Poison>> => {
  const good = userToJson(aUser({ id }));
  return {
    ...NO_JSON,
    'a user with too many spaces': tooLong(JSON.stringify(good)),
    'another user': json(userToJson(aUser())),
    'a user without a version': json({ ...good, version: undefined }),
    'a user at version 0': json({ ...good, version: 0 }),
    'a user with a plain password': json({ ...good, password_hash: 'correct horse battery staple' }),
    'a user without an email': json({ ...good, email: null }),
    'a user whose time is a number': json({ ...good, created_at: 0 }),
    'a user of an unknown status': json({ ...good, status: 'gone' }),
    'a user of no epoch': json({ ...good, session_epoch: -1 }),
    'a user with no list of ended sessions': json({ ...good, sessions_ended: {} }),
    'a user with preferences that change prototypes': text(
      JSON.stringify(good).replace('"theme"', '"__proto__"'),
    ),
    'a user with a list as metadata': json({ ...good, metadata: [] }),
    'a user with preferences that are too deep': json({ ...good, preferences: nested(6) }),
  };
};

function nested(levels: number): object {
  return levels === 1 ? {} : { in: nested(levels - 1) };
}

const tokenPoisons: Readonly<Record<string, Poison>> = {
  ...NO_JSON,
  'a token with too many spaces': tooLong(JSON.stringify(aStoredToken())),
  'a token without a user': json({ ...aStoredToken(), user_id: null }),
  'a token that lives for a fraction': json({ ...aStoredToken(), expires_in: 0.5 }),
  'a token that lives for ever': json({ ...aStoredToken(), expires_in: null }),
  'a token of half a session': json({ ...aStoredToken(), session_id: 'ses_' }),
  'a token of no epoch': json({ ...aStoredToken(), session_epoch: '0' }),
  'a token of no time': json({ ...aStoredToken(), created_at: 'yesterday' }),
};

function aStoredToken() {
  return {
    user_id: aUserId(),
    email: anEmail(),
    device_id: 'phone-1',
    expires_in: 60,
    created_at: '2026-01-31T09:30:00.000Z',
  };
}

const emailPoisons: Readonly<Record<string, Poison>> = {
  ...OTHER_TYPES,
  'nothing at all': text(''),
  'an id with something after it': text(`${aUserId()}\n`),
  'an id in capitals': text(aUserId().toUpperCase()),
};

async function world() {
  const { redis, recorder } = await connect(redisUrl());
  const raw = await connectRaw(redisUrl());
  return { raw, recorder, cache: userCache(redis, recorder), tokens: tokenStore(redis, recorder) };
}

type World = Awaited<ReturnType<typeof world>>;

/** The lookup finds nothing. The value is removed, counted each time and logged the first time. */
async function expectRemoved(
  { raw, recorder }: World,
  kind: string,
  key: string,
  poison: Poison,
  lookUp: () => Promise<unknown>,
): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    await poison(raw, key);
    expect(await lookUp()).toBeUndefined();
    expect(await raw.exists(key)).toBe(0);
    expect(recorder.taken('lookups')).toEqual([`${kind} invalid`]);
  }
  const logged = recorder.logged.filter(({ level }) => level === 'warn');
  expect(logged.map(({ details }) => (details as { key: string }).key)).toEqual([key]);
  expect(await lookUp()).toBeUndefined();
  expect(recorder.taken('lookups')).toEqual([`${kind} miss`]);
}

describe('under user:{user_id}', () => {
  const id = aUserId();
  it.each(Object.entries(userPoisons(id)))('%s counts as no user, and is removed', async (_, poison) => {
    const here = await world();
    await expectRemoved(here, 'user', keys.user(id), poison, () => here.cache.find(id));
  });
});

describe('under user:email:{email}', () => {
  it.each(Object.entries(emailPoisons))('%s counts as no id, and is removed', async (_, poison) => {
    const here = await world();
    const email = anEmail();
    await expectRemoved(here, 'email', keys.email(email), poison, () => here.cache.findIdByEmail(email));
  });
});

describe('under auth:token:{hash}', () => {
  it.each(Object.entries(tokenPoisons))('%s counts as no token, and is removed', async (_, poison) => {
    const here = await world();
    const token = aDigest();
    const key = keys.token(token);
    await expectRemoved(here, 'token', key, poison, () => here.tokens.find(token));
  });
});

describe('an entry of many megabytes', () => {
  const SIZE = 32 * 2 ** 20;
  const sent = async (raw: Raw) => Number(field(await raw.info('stats'), 'total_net_output_bytes'));

  it('is removed without being loaded', async () => {
    const { cache, tokens, raw } = await world();
    const user = aUser();
    const token = aDigest();
    const lookUps: readonly [string, () => Promise<unknown>][] = [
      [keys.user(user.id), () => cache.find(user.id)],
      [keys.email(user.email), () => cache.findIdByEmail(user.email)],
      [keys.token(token), () => tokens.find(token)],
      [keys.lease(user.id), async () => cache.fill(user, await cache.lease(user.id))],
    ];
    for (const [key, lookUp] of lookUps) {
      await raw.setRange(key, SIZE, 'x');
      if (key === keys.lease(user.id)) await raw.pExpire(key, 10_000);
      const before = await sent(raw);
      expect(await lookUp()).toBeUndefined();
      expect(await raw.exists(key)).toBe(0);
      expect((await sent(raw)) - before).toBeLessThan(SIZE / 8);
    }
    expect(await cache.find(user.id)).toEqual(user);
  });
});

describe('a kept entry', () => {
  it('is not found after another client has poisoned its key', async () => {
    const { cache, raw } = await world();
    const user = aUser();
    await cache.endWrite(user, await cache.beginWrite(user.id));
    expect(await cache.find(user.id)).toEqual(user);
    await raw.set(keys.user(user.id), 'poison');
    expect(await cache.find(user.id)).toBeUndefined();
  });
});

describe('under lease:{user:{user_id}}', () => {
  const fill = async ({ cache }: World, user: User) => cache.fill(user, await cache.lease(user.id));

  it.each(Object.entries(OTHER_TYPES))('%s is removed when a reader takes a lease', async (_, poison) => {
    const here = await world();
    const user = aUser();
    await poison(here.raw, keys.lease(user.id));
    await fill(here, user);
    expect(await here.cache.find(user.id)).toEqual(user);
    expect(here.recorder.taken('lookups')).toEqual(['user invalid', 'user hit']);
    expect(here.recorder.logged.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it.each(Object.entries(OTHER_TYPES))('%s is removed when a holder uses its lease', async (_, poison) => {
    const here = await world();
    const user = aUser();
    const key = keys.lease(user.id);
    const reader = await here.cache.lease(user.id);
    await here.raw.del(key);
    await poison(here.raw, key);
    await here.cache.fill(user, reader);
    expect(await here.cache.find(user.id)).toBeUndefined();

    const writer = await here.cache.beginWrite(user.id);
    await here.raw.del(key);
    await poison(here.raw, key);
    await here.cache.abandonWrite(user.id, writer);
    await poison(here.raw, key);
    await here.cache.endWrite(nextVersion(user), writer);
    expect(await here.cache.find(user.id)).toBeUndefined();
    expect(await here.raw.exists(key)).toBe(0);
  });

  it.each(['poison', 'write:poison', 'read:poison'])(
    '%s without an expiry does not stop fills',
    async (lease) => {
      const here = await world();
      const user = aUser();
      await here.raw.set(keys.lease(user.id), lease);
      await fill(here, user);
      expect(await here.cache.find(user.id)).toEqual(user);
    },
  );

  it('a list does not stop a write', async () => {
    const { cache, raw } = await world();
    const user = aUser();
    await raw.lPush(keys.lease(user.id), 'x');
    await raw.lPush(keys.user(user.id), 'x');
    await cache.endWrite(user, await cache.beginWrite(user.id));
    expect(await cache.find(user.id)).toEqual(user);
  });
});

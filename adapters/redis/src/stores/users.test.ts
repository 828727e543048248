import {
  DependencyUnavailable,
  EmailTaken,
  NO_REVOCATIONS,
  parseEmailPrefix,
  parseTimestamp,
  revokeAll,
  type User,
  userDefaults,
  UserNotFound,
  type UserPlace,
  withDeletion,
  withRevocations,
} from '@user-management/domain';
import { aDigest, anEvent, aUser, aUserId, loggedInAt, nextVersion } from '@user-management/conformance';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { keys } from '../keys.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { flush } from '../testing/describe-redis.ts';
import { before, dies, dyingAfter } from '../testing/intercept.ts';
import { supplementToJson, userToJson } from './user-json.ts';
import { RedisUsers } from './users.ts';

async function world() {
  const [here, there] = [await connect(redisUrl()), await connect(redisUrl())];
  await flush(here.redis);
  const raw = await connectRaw(redisUrl());
  return {
    raw,
    redis: here.redis,
    recorder: here.recorder,
    users: await RedisUsers.open(here.redis),
    replica: await RedisUsers.open(there.redis),
  };
}

type World = Awaited<ReturnType<typeof world>>;

const recordKey = (user: User) => keys.record(user.id);
const claimKey = (user: User) => keys.claim(user.email);

/** The first step of a registration. */
const writeRecord = ({ raw }: World, user: User) =>
  raw.set(recordKey(user), JSON.stringify(userToJson(user)), { expiration: { type: 'PX', value: 60_000 } });

/** The second step of a registration. */
const claim = ({ raw }: World, user: User) => raw.set(claimKey(user), user.id);

describe('a registration that died', () => {
  it('before its claim leaves no user, a free email and a record that expires', async () => {
    const here = await world();
    const dead = aUser();
    await writeRecord(here, dead);
    expect(await here.users.findByEmail(dead.email)).toBeUndefined();
    expect(await here.raw.pTTL(recordKey(dead))).toBeGreaterThan(0);
    const user = aUser({ email: dead.email });
    await here.replica.add(user);
    expect(await here.users.findByEmail(dead.email)).toEqual(user);
    expect(await here.users.mostRecentlyActive(10)).toEqual([user.id]);
  });

  it('before its claim cannot be found or changed', async () => {
    const here = await world();
    const undecided = aUser();
    await writeRecord(here, undecided);
    expect(await here.users.findById(undecided.id)).toBeUndefined();
    await expect(here.users.update(undecided.id, nextVersion)).rejects.toThrow(UserNotFound);
    expect(await here.raw.pTTL(recordKey(undecided))).toBeGreaterThan(0);
  });

  it('after its claim is completed by the first lookup of the user', async () => {
    const here = await world();
    const user = aUser();
    await writeRecord(here, user);
    await claim(here, user);
    expect(await here.replica.findById(user.id)).toEqual(user);
    expect(await here.raw.pTTL(recordKey(user))).toBe(-1);
    expect(await here.users.mostRecentlyActive(10)).toEqual([user.id]);
  });

  it('after its claim is completed by the first lookup of the email', async () => {
    const here = await world();
    const user = aUser();
    await writeRecord(here, user);
    await claim(here, user);
    expect(await here.replica.findByEmail(user.email)).toEqual(user);
    expect(await here.raw.pTTL(recordKey(user))).toBe(-1);
    expect(await here.users.mostRecentlyActive(10)).toEqual([user.id]);
    await expect(here.users.add(aUser({ email: user.email }))).rejects.toThrow(EmailTaken);
  });

  it('after its claim holds the email as long as its record exists', async () => {
    const here = await world();
    const dead = aUser();
    await writeRecord(here, dead);
    await claim(here, dead);
    await expect(here.users.add(aUser({ email: dead.email }))).rejects.toThrow(EmailTaken);
  });

  it('frees the email for the next registration once its record has expired', async () => {
    const here = await world();
    const dead = aUser();
    await claim(here, dead);
    expect(await here.users.findByEmail(dead.email)).toBeUndefined();
    const user = aUser({ email: dead.email });
    await here.users.add(user);
    expect(await here.replica.findByEmail(dead.email)).toEqual(user);
    expect(await here.raw.pTTL(recordKey(user))).toBe(-1);
  });

  it('frees the email for exactly one of twenty concurrent registrations on two replicas', async () => {
    const here = await world();
    for (let times = 0; times < 10; times += 1) {
      const dead = aUser();
      await claim(here, dead);
      const users = Array.from({ length: 20 }, () => aUser({ email: dead.email }));
      const adding = users.map((user, n) => (n % 2 ? here.users : here.replica).add(user));
      const outcomes = await Promise.allSettled(adding);
      const winners = users.filter((_, n) => outcomes[n]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      expect(await here.users.findByEmail(dead.email)).toEqual(winners[0]);
      const found = await Promise.all(users.map((user) => here.replica.findById(user.id)));
      expect(found.filter(Boolean)).toEqual(winners);
    }
  });

  it('before it noted the activity is listed after the next activity', async () => {
    const here = await world();
    const user = aUser();
    await here.users.add(user);
    await here.raw.zRem(keys.active, user.id);
    await here.users.update(user.id, (current) => loggedInAt(current, 1));
    expect(await here.users.mostRecentlyActive(10)).toEqual([user.id]);
  });

  it('leaves nothing behind when it is refused', async () => {
    const here = await world();
    const holder = aUser();
    await here.users.add(holder);
    const before = await here.raw.keys('*');
    await expect(here.replica.add(aUser({ email: holder.email }))).rejects.toThrow(EmailTaken);
    expect((await here.raw.keys('*')).toSorted()).toEqual(before.toSorted());
  });
});

describe('a registration that takes too long', () => {
  it('is not acknowledged when its record has expired, and the email is free again', async () => {
    const here = await world();
    const user = aUser();
    const slow = await RedisUsers.open(before(here.redis, 'EVALSHA', () => here.raw.del(recordKey(user))));
    await expect(slow.add(user)).rejects.toThrow(DependencyUnavailable);
    expect(await here.users.findByEmail(user.email)).toBeUndefined();
    await here.users.add(aUser({ email: user.email }));
  });

  it('is acknowledged when a reader has completed it', async () => {
    const here = await world();
    const user = aUser();
    const slow = await RedisUsers.open(
      before(here.redis, 'PERSIST', () => here.replica.findByEmail(user.email)),
    );
    await slow.add(user);
    expect(await here.users.findByEmail(user.email)).toEqual(user);
    expect(await here.users.mostRecentlyActive(10)).toEqual([user.id]);
  });

  it('does not take the email from a registration that has freed and claimed it since', async () => {
    const here = await world();
    const [dead, slow, quick] = [aUser(), aUser(), aUser()];
    const email = dead.email;
    await claim(here, dead);
    // The slow registration has seen that the claim has no record. Before it frees the email, another
    // registration frees and claims it.
    const slowUsers = await RedisUsers.open(
      before(here.redis, 'EVALSHA', async () => {
        await here.raw.del(claimKey(dead));
        await here.users.add({ ...quick, email });
      }),
    );
    await expect(slowUsers.add({ ...slow, email })).rejects.toThrow(EmailTaken);
    expect(await here.users.findByEmail(email)).toEqual({ ...quick, email });
  });
});

describe('a deletion', () => {
  const begin = async ({ users }: World) => {
    const user = aUser();
    await users.add(user);
    return users.update(user.id, withDeletion);
  };
  const expectNothingLeft = async ({ raw }: World) => {
    expect(await raw.keys('*')).toEqual([keys.dataset]);
  };

  it('that died anywhere is finished by a repeat', async () => {
    const here = await world();
    for (let [count, died] = [0, true]; died; count += 1) {
      const user = await begin(here);
      died = await dies(async () => (await RedisUsers.open(dyingAfter(here.redis, count))).remove(user));
      await here.replica.remove(user);
      await expectNothingLeft(here);
    }
  });

  it('that died anywhere is found and finished by the next look at the deletions', async () => {
    const here = await world();
    for (let [count, died] = [0, true]; died; count += 1) {
      const user = await begin(here);
      died = await dies(async () => (await RedisUsers.open(dyingAfter(here.redis, count))).remove(user));
      const found = await here.replica.beingDeleted(10);
      expect(found).toEqual((await here.replica.findById(user.id)) ? [user.id] : []);
      if (found.length > 0) await here.replica.remove(user);
      await expectNothingLeft(here);
    }
  });

  it('that died while it began is listed if it did begin', async () => {
    const here = await world();
    for (let [count, died] = [0, true]; died; count += 1) {
      const user = aUser();
      await here.users.add(user);
      died = await dies(async () =>
        (await RedisUsers.open(dyingAfter(here.redis, count))).update(user.id, withDeletion),
      );
      const begun = (await here.users.findById(user.id))?.status === 'deleting';
      expect(await here.replica.beingDeleted(10)).toEqual(begun ? [user.id] : []);
      await here.users.remove(user);
      await expectNothingLeft(here);
    }
  });

  it('that begins while another replica looks at the deletions stays listed', async () => {
    const here = await world();
    const user = aUser();
    await here.users.add(user);
    await here.raw.zAdd(keys.deleting, { score: 0, value: user.id });
    // The slow replica has seen that the user is active. Before it removes the entry, the deletion begins.
    const slow = await RedisUsers.open(
      before(here.redis, 'EVALSHA', () => here.users.update(user.id, withDeletion)),
    );
    expect(await slow.beingDeleted(10)).toEqual([]);
    expect(await here.users.beingDeleted(10)).toEqual([user.id]);
  });

  it('that was announced and did not begin is not listed for long', async () => {
    const here = await world();
    const user = aUser();
    await here.users.add(user);
    await here.raw.zAdd(keys.deleting, { score: 0, value: user.id });
    expect(await here.users.beingDeleted(10)).toEqual([]);
    expect(await here.raw.exists(keys.deleting)).toBe(0);
    expect(await here.users.findById(user.id)).toEqual(user);
  });

  it('is listed beside an entry that names nobody', async () => {
    const here = await world();
    const user = aUser();
    await here.users.add(user);
    await here.raw.zAdd(keys.deleting, { score: 0, value: 'x' });
    await here.users.update(user.id, withDeletion);
    expect(await here.users.beingDeleted(10)).toEqual([user.id]);
    expect(await here.raw.zRange(keys.deleting, 0, -1)).toEqual([user.id]);
  });

  it('leaves nothing behind when a login notes its activity too late', async () => {
    const here = await world();
    const user = aUser();
    await here.users.add(user);
    const slow = await RedisUsers.open(before(here.redis, 'ZADD', () => here.users.remove(user)));
    here.recorder.taken('commands');
    await slow.update(user.id, (current) => loggedInAt(current, 1));
    await here.recorder.answered('zadd');
    expect(await here.users.mostRecentlyActive(10)).toEqual([]);
    await expectNothingLeft(here);
  });
});

/** The record that a version of the service without sessions writes. */
function asBeforeSessions(user: User): string {
  const without = Object.fromEntries(Object.keys(supplementToJson(user)).map((name) => [name, undefined]));
  return JSON.stringify({ ...userToJson(user), ...without });
}

describe('a version of the service without sessions', () => {
  it('left users that have the defaults', async () => {
    const here = await world();
    const user = aUser();
    await claim(here, user);
    await here.raw.set(recordKey(user), asBeforeSessions(user));
    expect(await here.users.findByEmail(user.email)).toEqual({ ...user, ...userDefaults(user.createdAt) });
    expect(await here.users.update(user.id, nextVersion)).toEqual(nextVersion(user));
    expect(await here.replica.findById(user.id)).toEqual(nextVersion(user));
  });

  it('cannot bring back ended sessions, nor undo anything else, when it writes a record', async () => {
    const here = await world();
    const added = aUser();
    await here.users.add(added);
    const user = await here.users.update(added.id, (current) => ({
      ...withRevocations(current, revokeAll(revokeAll(NO_REVOCATIONS))),
      emailVerifiedAt: parseTimestamp(1),
      status: 'disabled',
      passwordChangedAt: parseTimestamp(2),
      idempotencyKey: aDigest(),
    }));
    const rewritten = loggedInAt(user, 3);
    await here.raw.set(recordKey(user), asBeforeSessions(rewritten));
    expect(await here.replica.findById(user.id)).toEqual(rewritten);
    expect(await here.users.update(user.id, nextVersion)).toEqual(nextVersion(rewritten));
    expect(JSON.parse((await here.raw.get(recordKey(user))) ?? '')).toEqual(
      userToJson(nextVersion(rewritten)),
    );
  });

  it('cannot bring back what was undone since', async () => {
    const here = await world();
    const user = aUser();
    await here.users.add(user);
    const at = parseTimestamp(1);
    await here.users.update(user.id, (current) => ({ ...nextVersion(current), emailVerifiedAt: at }));
    const undone = await here.users.update(user.id, (current) => ({
      ...nextVersion(current),
      emailVerifiedAt: null,
    }));
    await here.raw.set(recordKey(user), asBeforeSessions(undone));
    expect(await here.users.findById(user.id)).toEqual(undone);
  });
});

/** The record that a version of the service without metadata writes. */
const asBeforeMetadata = (user: User): string => JSON.stringify({ ...userToJson(user), metadata: undefined });

describe('a version of the service without metadata and lists', () => {
  it('left users that have no metadata', async () => {
    const here = await world();
    const user = aUser();
    await claim(here, user);
    await here.raw.set(recordKey(user), asBeforeMetadata(user));
    expect(await here.users.findByEmail(user.email)).toEqual(user);
    const noted = await here.users.update(user.id, (current) => ({
      ...nextVersion(current),
      metadata: { a: 1 },
    }));
    expect(await here.replica.findById(user.id)).toEqual(noted);
  });

  it('drops no metadata when it writes a record', async () => {
    const here = await world();
    const user = aUser({ metadata: { plan: 'gold' } });
    await here.users.add(user);
    const rewritten = loggedInAt(user, 3);
    await here.raw.set(recordKey(user), asBeforeMetadata(rewritten));
    expect(await here.replica.findById(user.id)).toEqual(rewritten);
    expect(await here.raw.pTTL(keys.metadata(user.id))).toBe(-1);
    expect(await here.users.update(user.id, nextVersion)).toEqual(nextVersion(rewritten));
  });

  it('cannot bring back metadata that was removed since', async () => {
    const here = await world();
    const user = aUser({ metadata: { plan: 'gold' } });
    await here.users.add(user);
    const without = await here.users.update(user.id, (current) => ({
      ...nextVersion(current),
      metadata: {},
    }));
    await here.raw.set(recordKey(user), asBeforeMetadata(without));
    expect(await here.users.findById(user.id)).toEqual(without);
  });

  it('left users whom lists have after the next start', async () => {
    const here = await world();
    const users = Array.from({ length: 3 }, () => aUser());
    for (const user of users) await here.users.add(user);
    await here.raw.del([keys.listed, keys.emails]);
    await here.raw.zAdd(keys.active, { score: 1, value: aUserId() });
    const again = await RedisUsers.open(here.redis);
    expect((await again.list({}, 10)).users).toEqual(users);
    for (const { email, id } of users) {
      const { users: found } = await again.list({ emailPrefix: parseEmailPrefix(email) }, 10);
      expect(found.map((user) => user.id)).toEqual([id]);
    }
    expect(await here.raw.zCard(keys.active)).toBe(3);
  });

  it('starts again where an entry names nobody, or its user is damaged', async () => {
    const here = await world();
    const damaged = aUser();
    await here.users.add(damaged);
    await here.raw.set(recordKey(damaged), '{');
    await here.raw.del(keys.listed);
    await here.raw.zAdd(keys.active, { score: 1, value: 'x' });
    const again = await RedisUsers.open(here.redis);
    expect(await here.raw.zRange(keys.active, 0, -1)).toEqual([damaged.id]);
    expect((await again.list({}, 10)).damaged).toEqual([damaged.id]);
  });
});

describe('a list', () => {
  it('drops entries of users who are gone, but not those of incomplete registrations', async () => {
    const here = await world();
    const [gone, undecided] = [aUser(), aUser()];
    await writeRecord(here, undecided);
    for (const { id, email } of [gone, undecided]) {
      await here.raw.zAdd(keys.listed, { score: 0, value: id });
      await here.raw.zAdd(keys.emails, { score: 0, value: `${email} ${id}` });
    }
    for (const filter of [{}, { emailPrefix: parseEmailPrefix('user') }]) {
      expect(await here.users.list(filter, 10)).toEqual({ users: [], damaged: [], next: null });
    }
    expect(await here.raw.zRange(keys.listed, 0, -1)).toEqual([undecided.id]);
    expect(await here.raw.zRange(keys.emails, 0, -1)).toEqual([`${undecided.email} ${undecided.id}`]);
  });

  it('drops entries that name nobody, and has all users beside them', async () => {
    const here = await world();
    const users = [aUser(), aUser()];
    for (const user of users) await here.users.add(user);
    for (const value of ['', 'usr_', 'usr_x', 'x', `${users[0]?.id} x`]) {
      for (const key of [keys.listed, keys.active]) await here.raw.zAdd(key, { score: 0, value });
    }
    for (const value of ['user', 'user x', `user@x ${aUserId()}`, `user ${aUserId()}`]) {
      await here.raw.zAdd(keys.emails, { score: 0, value });
    }
    for (const filter of [{}, { emailPrefix: parseEmailPrefix('user') }]) {
      const listed: unknown[] = [];
      let after: UserPlace | undefined;
      do {
        const page = await here.users.list(filter, 1, after);
        listed.push(...page.users);
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(listed).toEqual(expect.arrayContaining(users));
      expect(listed).toHaveLength(2);
    }
    expect(await here.users.mostRecentlyActive(10)).toHaveLength(2);
    for (const key of [keys.listed, keys.active, keys.emails]) expect(await here.raw.zCard(key)).toBe(2);
  });

  it('reads a bounded number of records for one page', async () => {
    const here = await world();
    const entries = Array.from({ length: 2_500 }, () => ({ score: 0, value: aUserId() }));
    await here.raw.zAdd(keys.listed, entries);
    const pages: number[] = [];
    let after: UserPlace | undefined;
    do {
      const page = await here.users.list({}, 10, after);
      pages.push(page.users.length);
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(pages).toEqual([0, 0, 0]);
  });
});

describe('the key', () => {
  it.each<
    [string, (here: World, user: User) => Promise<unknown>, (here: World, user: User) => Promise<unknown>]
  >([
    [
      'of a record',
      ({ raw }, user) => raw.set(recordKey(user), '{'),
      ({ users }, user) => users.findById(user.id),
    ],
    [
      'of a record with another user',
      ({ raw }, user) => raw.set(recordKey(user), JSON.stringify(userToJson(aUser()))),
      ({ users }, user) => users.update(user.id, nextVersion),
    ],
    [
      'of a claim',
      ({ raw }, user) => raw.set(claimKey(user), 'x'),
      ({ users }, user) => users.findByEmail(user.email),
    ],
    [
      'of the order of activity',
      ({ raw }) => raw.set(keys.active, 'x'),
      ({ users }) => users.mostRecentlyActive(10),
    ],
    [
      'of the supplement of a record',
      async (here, user) => {
        await here.raw.set(recordKey(user), asBeforeSessions(user));
        await here.raw.set(keys.supplement(user.id), '{');
      },
      ({ users }, user) => users.findById(user.id),
    ],
    [
      'of the metadata of a record',
      async (here, user) => {
        await here.raw.set(recordKey(user), asBeforeMetadata(user));
        await here.raw.set(keys.metadata(user.id), '{');
      },
      ({ users }, user) => users.findById(user.id),
    ],
    ['of the order of ids', ({ raw }) => raw.set(keys.listed, 'x'), ({ users }) => users.list({}, 10)],
    [
      'of the order of emails',
      ({ raw }) => raw.set(keys.emails, 'x'),
      ({ users }) => users.list({ emailPrefix: parseEmailPrefix('x') }, 10),
    ],
    [
      'of a record with a list',
      ({ raw }, user) => raw.lPush(recordKey(user), 'x'),
      ({ users }, user) => users.findById(user.id),
    ],
  ])('%s that cannot be read is a fault of ours, not bad input', async (_, poison, ask) => {
    const here = await world();
    const user = aUser();
    await poison(here, user);
    await expect(ask(here, user)).rejects.toThrow(/cannot be read|WRONGTYPE/);
    await expect(ask(here, user)).rejects.not.toHaveProperty('code');
  });
});

describe('a record', () => {
  it('is JSON without an expiry, under keys of its own', async () => {
    const here = await world();
    const user = aUser();
    await here.users.add(user);
    const all = [keys.dataset, recordKey(user), claimKey(user), keys.active, keys.listed, keys.emails];
    expect(new Set(await here.raw.keys('*'))).toEqual(new Set(all));
    expect(JSON.parse((await here.raw.get(recordKey(user))) ?? '')).toEqual(userToJson(user));
    for (const key of all) expect(await here.raw.pTTL(key)).toBe(-1);
  });
});

describe('many users who are added together', () => {
  it('need few commands each', async () => {
    const { users, recorder } = await world();
    const many = Array.from({ length: 50 }, () => aUser());
    const withEvents = many.map((user) => {
      return { user, effects: { events: [anEvent(user.createdAt, { userId: user.id })] } };
    });
    recorder.taken('commands');
    expect(await users.addAll(withEvents)).toEqual(many.map(() => true));
    const commands = recorder.taken('commands');
    expect(commands.filter((name) => name === 'set')).toHaveLength(many.length);
    const scripts = commands.filter((name) => name.startsWith('eval'));
    // A server that does not know a script yet gets its text.
    expect(scripts.filter((name) => name === 'evalsha')).toHaveLength(2 * many.length);
    recorder.taken('commands');
    await users.idsByEmail(many.map(() => aUser().email));
    expect(recorder.taken('commands')).toEqual(many.map(() => 'getrange'));
  });
});

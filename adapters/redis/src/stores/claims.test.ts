import { type Email, EmailTaken, type User, UserNotFound, withDeletion } from '@user-management/domain';
import { anEmail, anEvent, aUser, aUserId, Gate, movedTo, nextVersion } from '@user-management/conformance';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { keys } from '../keys.ts';
import { connect, connectRaw, PATIENT } from '../testing/connect.ts';
import { clock, flush } from '../testing/describe-redis.ts';
import { beforeFirst, beforeNext, dies, dyingAfter } from '../testing/intercept.ts';
import type { Redis } from '../topology/redis.ts';
import { userToJson } from './user-json.ts';
import { RedisUsers } from './users.ts';

async function world() {
  const [here, there] = [await connect(redisUrl(), PATIENT), await connect(redisUrl(), PATIENT)];
  await flush(here.redis);
  return {
    raw: await connectRaw(redisUrl()),
    redis: here.redis,
    users: await RedisUsers.open(here.redis),
    replica: await RedisUsers.open(there.redis),
  };
}

type World = Awaited<ReturnType<typeof world>>;
type Work = (users: RedisUsers) => Promise<unknown>;

const move =
  ({ id }: User, email: Email): Work =>
  (users) =>
    users.update(id, movedTo(email));

const register =
  (user: User): Work =>
  (users) =>
    users.add(user);

const remove =
  (user: User): Work =>
  (users) =>
    users.remove(user);

async function added({ users }: World): Promise<User> {
  const user = aUser();
  await users.add(user);
  return user;
}

/** What a change leaves behind that died between its claim and its record. */
async function staleClaim({ raw }: World, user: User, text: string = user.id): Promise<Email> {
  const email = anEmail();
  await raw.set(keys.claim(email), text);
  return email;
}

/** `RedisUsers.open` sends this many commands. */
const OPENING = 3;

/** Repeats with one command more each time, until `attempt` returns false. */
async function counting(attempt: (count: number) => Promise<boolean>): Promise<void> {
  for (let count = OPENING; await attempt(count); count += 1);
}

/** Attempts of `countingBoth` at a time. Their commands share round trips. */
const TOGETHER = 8;

/** As `counting`, for two works that stop. Attempts must not share users. */
async function countingBoth(
  attempt: (count: number, further: number) => Promise<{ first: boolean; second: boolean }>,
): Promise<void> {
  await counting(async (count) => {
    let reached = false;
    for (let further = OPENING, goesOn = true; goesOn; further += TOGETHER) {
      const numbers = Array.from({ length: TOGETHER }, (_, n) => further + n);
      const stops = await Promise.all(numbers.map((each) => attempt(count, each)));
      reached ||= stops.some(({ first }) => first);
      goesOn = stops.every(({ second }) => second);
    }
    return reached;
  });
}

/** Works in a process that dies after `count` commands. Returns whether it got that far. */
async function dying({ redis }: World, count: number, work: Work): Promise<boolean> {
  let died = false;
  const mortal = beforeNext(dyingAfter(redis, count), count, () => {
    died = true;
  });
  await dies(async () => work(await RedisUsers.open(mortal)));
  return died;
}

/** Works, and runs `action` before the next command after `count` commands. */
async function interrupted(redis: Redis, count: number, work: Work, action: () => unknown): Promise<boolean> {
  let reached = false;
  const slow = beforeNext(redis, count, () => {
    reached = true;
    return action();
  });
  await allowingRefusals(async () => work(await RedisUsers.open(slow)));
  return reached;
}

async function allowingRefusals(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof EmailTaken || error instanceof UserNotFound)) throw error;
  }
}

/** Everybody is found by exactly their own email, nobody shares one, and all other emails are free. */
async function expectSound({ users, replica }: World, people: User[], emails: Email[]): Promise<void> {
  const read = await Promise.all(people.map(({ id }) => users.findById(id)));
  const found = read.filter((user) => user !== undefined);
  for (const email of emails) {
    const [holder, ...others] = found.filter((user) => user.email === email);
    expect(others).toEqual([]);
    expect(await replica.findByEmail(email)).toEqual(holder);
    const next = aUser({ email });
    await allowingRefusals(() => replica.add(next));
    expect(await users.findByEmail(email)).toEqual(holder ?? next);
    expect(await users.findById(next.id)).toEqual(holder ? undefined : next);
  }
  for (const user of found) expect(await replica.findByEmail(user.email)).toEqual(user);
}

describe('a change of the email that died anywhere', () => {
  it('leaves the user with one email, and the other one free for a registration', async () => {
    const here = await world();
    await counting(async (count) => {
      const [user, email] = [await added(here), anEmail()];
      const died = await dying(here, count, move(user, email));
      const found = await here.users.findById(user.id);
      expect([user, movedTo(email)(user)]).toContainEqual(found);
      await expectSound(here, [user], [user.email, email]);
      return died;
    });
  });

  it('leaves the other email free for a change of somebody else', async () => {
    const here = await world();
    await counting(async (count) => {
      const [user, other, email] = [await added(here), await added(here), anEmail()];
      const died = await dying(here, count, move(user, email));
      const found = await here.users.findById(user.id);
      const free = found?.email === email ? user.email : email;
      expect(await here.replica.update(other.id, movedTo(free))).toEqual(movedTo(free)(other));
      await expectSound(here, [user, other], [user.email, other.email, email]);
      return died;
    });
  });

  it('can be repeated, and taken back', async () => {
    const here = await world();
    await counting(async (count) => {
      const [user, email] = [await added(here), anEmail()];
      const died = await dying(here, count, move(user, email));
      await here.replica.update(user.id, movedTo(email));
      await expectSound(here, [user], [email]);
      await here.replica.update(user.id, movedTo(user.email));
      await expectSound(here, [user], [user.email, email]);
      return died;
    });
  });

  it('leaves nothing that a registration does not remove, even if that dies too', async () => {
    const here = await world();
    const user = await added(here);
    await counting(async (count) => {
      const email = await staleClaim(here, user);
      const died = await dying(here, count, register(aUser({ email })));
      expect(await here.users.findById(user.id)).toEqual(user);
      const holder = await here.users.findByEmail(email);
      if (!holder) await here.raw.del(await registrationsOf(here));
      await expectSound(here, holder ? [user, holder] : [user], [user.email, email]);
      return died;
    });
  });

  it('keeps its events if and only if the email was changed', async () => {
    const here = await world();
    await counting(async (count) => {
      const [user, email] = [await added(here), anEmail()];
      const event = anEvent(clock.now(), { userId: user.id });
      const died = await dying(here, count, (users) =>
        users.update(user.id, movedTo(email), { events: [event] }),
      );
      const moved = (await here.users.findById(user.id))?.email === email;
      expect(await here.raw.exists(keys.events(keys.record(user.id), event.id))).toBe(moved ? 1 : 0);
      return died;
    });
  });

  it('does not keep the user from being removed, and the emails are free', async () => {
    const here = await world();
    await counting(async (count) => {
      const [user, email] = [await added(here), anEmail()];
      const died = await dying(here, count, move(user, email));
      await here.replica.remove(await here.replica.update(user.id, withDeletion));
      await expectSound(here, [user], [user.email, email]);
      return died;
    });
  });
});

/** The records of registrations that died. They would expire. */
async function registrationsOf({ raw }: World): Promise<string[]> {
  const all = await raw.keys('record:user:usr_*');
  const left = await Promise.all(all.map((key) => raw.pTTL(key)));
  return ['none', ...all.filter((_, n) => (left[n] ?? 0) > 0)];
}

interface Parties {
  readonly user: User;
  readonly other: User;
  readonly newcomer: User;
  readonly email: Email;
}

async function parties(here: World): Promise<Parties> {
  const [user, other, email] = [await added(here), await added(here), anEmail()];
  return { user, other, newcomer: aUser(), email };
}

const expectAllSound = (here: World, { user, other, newcomer, email }: Parties): Promise<void> =>
  expectSound(here, [user, other, newcomer], [user.email, other.email, newcomer.email, email]);

type Rival = (parties: Parties) => Work;

const rivals: readonly [string, Rival][] = [
  ['a registration with the new email', ({ newcomer, email }) => register({ ...newcomer, email })],
  ['a registration with the old email', ({ newcomer, user }) => register({ ...newcomer, email: user.email })],
  ['a change of another user to the new email', ({ other, email }) => move(other, email)],
  ['a change of another user to the old email', ({ other, user }) => move(other, user.email)],
  ['the same change', ({ user, email }) => move(user, email)],
  ['a change to a third email', ({ user, newcomer }) => move(user, newcomer.email)],
  [
    'a change there and back',
    ({ user, email }) =>
      (users) =>
        move(user, email)(users).then(() => move(user, user.email)(users)),
  ],
  ['a removal', ({ user }) => remove(user)],
  ['a removal that was told the new email', ({ user, email }) => remove({ ...user, email })],
];

describe('a change of the email', () => {
  it.each(rivals)('that is interrupted anywhere by %s keeps everybody sound', async (_, rival) => {
    const here = await world();
    await counting(async (count) => {
      const all = await parties(here);
      const reached = await interrupted(here.redis, count, move(all.user, all.email), () =>
        allowingRefusals(() => rival(all)(here.replica)),
      );
      await expectAllSound(here, all);
      return reached;
    });
  });

  it.each(rivals)('that overtakes %s anywhere keeps everybody sound', async (_, rival) => {
    const here = await world();
    await counting(async (count) => {
      const all = await parties(here);
      const reached = await interrupted(here.redis, count, rival(all), () =>
        allowingRefusals(() => move(all.user, all.email)(here.replica)),
      );
      await expectAllSound(here, all);
      return reached;
    });
  });

  const twice = rivals.filter(([name]) => /new email$|the same|there and back/.test(name));

  it.each(twice)(
    'that stops and goes on while %s does the same keeps everybody sound',
    async (_, rival) => {
      const here = await world();
      await countingBoth(async (count, further) => {
        const all = await parties(here);
        const stops = await interleaved(
          here.redis,
          [count, move(all.user, all.email)],
          [further, rival(all)],
        );
        await expectFoundByOwn(here, all);
        return stops;
      });
    },
    60_000,
  );
});

/**
 * The first work stops after some commands until the second one stops or ends. Then the first one goes on to
 * its end, and the second one follows. Returns which of them stopped.
 */
async function interleaved(redis: Redis, [count, first]: [number, Work], [further, second]: [number, Work]) {
  const gate = new Gate();
  let [stopped, rest] = [false, Promise.resolve()];
  const reached = await interrupted(redis, count, first, async () => {
    rest = interrupted(redis, further, second, () => gate.pass()).then(() => undefined);
    stopped = await gate.holds(rest).then(
      () => true,
      () => false,
    );
  });
  gate.open();
  await rest;
  return { first: reached, second: stopped };
}

/** As `expectAllSound`, but quicker: it does not try which emails are free. */
async function expectFoundByOwn({ users, replica }: World, all: Parties): Promise<void> {
  const found = [];
  for (const { id } of [all.user, all.other, all.newcomer]) {
    const user = await users.findById(id);
    if (user) found.push(user);
  }
  for (const user of found) expect(await replica.findByEmail(user.email)).toEqual(user);
}

describe('a stale claim', () => {
  const stale: readonly [string, (user: User) => string][] = [
    ['plain', ({ id }) => id],
    ['marked', ({ id }) => `${id} mark`],
  ];

  it.each(stale)('that is %s finds nobody, and keeps nobody from the email', async (_, textOf) => {
    const here = await world();
    const user = await added(here);
    const emails = [await staleClaim(here, user, textOf(user)), await staleClaim(here, user, textOf(user))];
    for (const email of emails) expect(await here.users.findByEmail(email)).toBeUndefined();
    await expectSound(here, [user], [user.email, ...emails]);
  });

  it.each(stale)(
    'that is %s is of use to nobody while its user claims the email',
    async (_, textOf) => {
      const here = await world();
      await countingBoth(async (count, further) => {
        const all = await parties(here);
        await here.raw.set(keys.claim(all.email), textOf(all.user));
        const stops = await interleaved(
          here.redis,
          [count, move(all.user, all.email)],
          [further, register({ ...all.newcomer, email: all.email })],
        );
        await expectFoundByOwn(here, all);
        return stops;
      });
    },
    60_000,
  );

  it('is removed by exactly one of twenty concurrent registrations on two replicas', async () => {
    const here = await world();
    const user = await added(here);
    const email = await staleClaim(here, user);
    const rivals = Array.from({ length: 20 }, () => aUser({ email }));
    await Promise.all(
      rivals.map((rival, n) => allowingRefusals(() => (n % 2 ? here.users : here.replica).add(rival))),
    );
    await expectSound(here, [user, ...rivals], [user.email, email]);
  });

  it('that was marked by a process that died stays with the user who holds the email', async () => {
    const here = await world();
    const user = await added(here);
    await here.raw.set(keys.claim(user.email), `${user.id} mark`);
    expect(await here.replica.findByEmail(user.email)).toEqual(user);
    await expect(here.users.add(aUser({ email: user.email }))).rejects.toThrow(EmailTaken);
    // A version of the service that knows no marks reads the claim again.
    expect(await here.raw.get(keys.claim(user.email))).toBe(user.id);
  });

  it('leads to the same user after the record was fenced', async () => {
    const here = await world();
    const user = await added(here);
    const text = await here.raw.get(keys.record(user.id));
    await here.users.add(aUser({ email: await staleClaim(here, user) }));
    const fenced = await here.raw.get(keys.record(user.id));
    expect(fenced).not.toBe(text);
    expect(JSON.parse(fenced ?? '')).toMatchObject(userToJson(user));
    expect(await here.users.update(user.id, nextVersion)).toEqual(nextVersion(user));
    expect(JSON.parse((await here.raw.get(keys.record(user.id))) ?? '')).toEqual(
      userToJson(nextVersion(user)),
    );
  });
});

describe('the keys after a change of the email', () => {
  it('are the same, apart from the claim', async () => {
    const here = await world();
    const [user, email] = [await added(here), anEmail()];
    const before = await here.raw.keys('*');
    await here.users.update(user.id, movedTo(email));
    const expected = before.map((key) => (key === keys.claim(user.email) ? keys.claim(email) : key));
    expect((await here.raw.keys('*')).toSorted()).toEqual(expected.toSorted());
    expect(await here.raw.get(keys.claim(email))).toBe(user.id);
  });

  it('are the same when the email is taken', async () => {
    const here = await world();
    const [user, holder] = [await added(here), await added(here)];
    const before = await here.raw.keys('*');
    await expect(here.users.update(user.id, movedTo(holder.email))).rejects.toThrow(EmailTaken);
    expect((await here.raw.keys('*')).toSorted()).toEqual(before.toSorted());
  });

  it.each<[string, (user: User, email: Email) => User]>([
    [
      'throws',
      () => {
        throw new EmailTaken();
      },
    ],
    ['changes nothing', (user) => user],
    ['keeps the email', (user) => nextVersion(user)],
  ])('are the same when the change %s after another writer was faster', async (_, second) => {
    const here = await world();
    const [user, email] = [await added(here), anEmail()];
    const before = await here.raw.keys('*');
    const slow = await RedisUsers.open(
      beforeFirst(here.redis, 'EVALSHA', () => here.users.update(user.id, nextVersion)),
    );
    await allowingRefusals(() =>
      slow.update(user.id, (current) =>
        current.version === 1 ? movedTo(email)(current) : second(current, email),
      ),
    );
    expect((await here.raw.keys('*')).toSorted()).toEqual(before.toSorted());
    await expectSound(here, [user], [user.email, email]);
  });
});

describe('a damaged claim', () => {
  const poisons: [string, (raw: World['raw'], key: string) => Promise<unknown>][] = [
    ['garbage', (raw, key) => raw.set(key, 'x')],
    ['the beginning of an id', (raw, key) => raw.set(key, aUserId().slice(0, -1))],
    ['an id that goes on', (raw, key) => raw.set(key, `${aUserId()}0`)],
    ['bytes that are not text', (raw, key) => raw.set(key, Buffer.from([0xff, 0xfe]))],
    ['too much', (raw, key) => raw.set(key, ''.padEnd(200_000))],
    ['a list', async (raw, key) => [await raw.del(key), await raw.lPush(key, 'x')]],
  ];

  it.each(poisons)('that is %s goes with its user, whose email is free then', async (_, poison) => {
    const here = await world();
    const user = await added(here);
    await poison(here.raw, keys.claim(user.email));
    const deleted = await here.users.update(user.id, withDeletion);
    await here.users.remove(deleted);
    expect(await here.raw.keys('*')).toEqual([keys.dataset]);
    await here.replica.add(aUser({ email: user.email }));
  });

  it('stays where the user has another email, and where somebody claims the email meanwhile', async () => {
    const here = await world();
    const [user, other] = [await added(here), await added(here)];
    await here.raw.set(keys.claim(other.email), 'x');
    await here.users.remove({ id: user.id, email: other.email });
    expect(await here.raw.get(keys.claim(other.email))).toBe('x');

    const [gone, heir] = [await added(here), aUser()];
    await here.raw.set(keys.claim(gone.email), 'x');
    const claimed = () => here.raw.set(keys.claim(gone.email), heir.id);
    await (await RedisUsers.open(beforeFirst(here.redis, 'EVALSHA', claimed))).remove(gone);
    expect(await here.raw.get(keys.claim(gone.email))).toBe(heir.id);
  });

  it('keeps its user from no other email', async () => {
    const here = await world();
    const user = await added(here);
    await here.raw.set(keys.claim(user.email), 'x');
    const email = anEmail();
    expect(await here.users.update(user.id, movedTo(email))).toMatchObject({ email });
    expect(await here.replica.findByEmail(email)).toMatchObject({ id: user.id });
  });

  it('fails nobody who is added beside', async () => {
    const here = await world();
    const [blocked, user, holder] = [aUser(), aUser(), await added(here)];
    await here.raw.set(keys.claim(blocked.email), 'x');
    const emails = [blocked, user, holder].map(({ email }) => email);
    expect(await here.users.idsByEmail(emails)).toEqual(new Map([[holder.email, holder.id]]));
    expect(await here.users.addAll([{ user: blocked }, { user }])).toEqual([false, true]);
  });
});

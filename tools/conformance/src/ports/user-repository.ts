import {
  Damaged,
  EmailTaken,
  mergePatch,
  parseEmail,
  parseEmailPrefix,
  parseTimestamp,
  type User,
  type UserId,
  UserNotFound,
  type UserPage,
  type UserPlace,
  type UserRepository,
  withDeletion,
  withPreferences,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { fresh, required } from './fresh.ts';
import { addingMany } from './user-repository-many.ts';
import { changingEmails } from './user-repository-emails.ts';
import { listingUsers } from './user-repository-lists.ts';
import {
  aDifficultUser,
  anEmail,
  aUser,
  aUserId,
  loggedInAt,
  movedTo,
  nextVersion,
} from '../fakes/samples.ts';

export interface UserRepositoryUnderTest {
  /** Holds nobody yet. */
  readonly repository: UserRepository;
  /** A second one over the same data, as another replica has; where there can be none, the first is used. */
  readonly replica?: UserRepository;
  /** Needed where `durable`: ends the repository without a farewell and opens its data anew. */
  reopen?(): Promise<UserRepository>;
  /** Needed where `durable`: damages what is stored of the user, so that it cannot be read. */
  damage?(id: UserId): Promise<unknown>;
  dispose?(): Promise<void> | void;
}

export interface UserRepositoryTraits {
  /** Whether what was acknowledged outlives the process. */
  readonly durable: boolean;
}

/** What every `UserRepository` must do. `create` is called once for each test. */
export function describeUserRepository(
  name: string,
  create: () => UserRepositoryUnderTest | Promise<UserRepositoryUnderTest>,
  traits: UserRepositoryTraits,
): void {
  describe(`${name} is a UserRepository`, () => {
    const world = fresh(create);
    describe('reading', () => reading(world));
    describe('adding', () => adding(world));
    describe('adding many', () => addingMany(() => both(world)));
    describe('updating', () => updating(world));
    describe('changing the email', () => changingEmails(() => both(world)));
    describe('removing', () => removing(world));
    describe('listing by activity', () => listing(world));
    describe('listing by id and by email', () => listingUsers(() => both(world)));
    if (traits.durable) describe('durability', () => durability(world));
    if (traits.durable) describe('damage', () => damage(world));
  });
}

type World = () => UserRepositoryUnderTest;

function both(world: World): { repository: UserRepository; replica: UserRepository } {
  const { repository, replica = repository } = world();
  return { repository, replica };
}

function reading(world: World): void {
  it('finds nobody before anybody was added', async () => {
    const { repository } = both(world);
    expect(await repository.findById(aUserId())).toBeUndefined();
    expect(await repository.findByEmail(anEmail())).toBeUndefined();
    expect(await repository.mostRecentlyActive(10)).toEqual([]);
  });

  it('finds an added user by id and by email, through every replica', async () => {
    const { repository, replica } = both(world);
    const user = aUser();
    await repository.add(user);
    for (const reader of [repository, replica]) {
      expect(await reader.findById(user.id)).toEqual(user);
      expect(await reader.findByEmail(user.email)).toEqual(user);
    }
  });

  it('looks nobody up by email before that is allowed', async () => {
    const { repository, replica } = both(world);
    const user = aUser();
    const { promise: allowed, resolve: allow } = Promise.withResolvers<undefined>();
    const found = replica.findByEmail(user.email, allowed);
    await repository.add(user);
    allow(undefined);
    expect(await found).toEqual(user);
  });

  it('looks nobody up by email if that is refused', async () => {
    const { repository } = both(world);
    const user = aUser();
    await repository.add(user);
    const refusal = new Error('refused');
    await expect(repository.findByEmail(user.email, Promise.reject(refusal))).rejects.toBe(refusal);
  });

  it('gives back every member exactly as it was added', async () => {
    const { repository, replica } = both(world);
    const user = aDifficultUser();
    await repository.add(user);
    const found = await replica.findById(user.id);
    expect(found).toEqual(user);
    expect(JSON.stringify(found?.preferences)).toBe(JSON.stringify(user.preferences));
    expect(await replica.findByEmail(user.email)).toEqual(user);
  });

  it('gives back every member exactly as it was updated', async () => {
    const { repository, replica } = both(world);
    const user = aUser({ phone: null, name: null, preferences: {} });
    await repository.add(user);
    const { email: _, ...difficult } = aDifficultUser();
    const changed = {
      ...difficult,
      id: user.id,
      email: user.email,
      lastLogin: parseTimestamp(0),
      version: 2,
    };
    expect(await repository.update(user.id, () => changed)).toEqual(changed);
    expect(await replica.findById(user.id)).toEqual(changed);
  });

  it('names the same set of users through every replica and at any time', async () => {
    const { repository, replica } = both(world);
    const before = repository.dataset;
    await repository.add(aUser());
    expect(repository.dataset).toBe(before);
    expect(replica.dataset).toBe(before);
    expect(before).not.toBe('');
  });
}

function adding(world: World): void {
  it('refuses an email that somebody holds, and then writes nothing', async () => {
    const { repository, replica } = both(world);
    const holder = aUser();
    await repository.add(holder);
    const late = aUser({ email: holder.email });
    await expect(replica.add(late)).rejects.toThrow(EmailTaken);
    expect(await repository.findById(late.id)).toBeUndefined();
    expect(await repository.findByEmail(holder.email)).toEqual(holder);
    expect(await repository.mostRecentlyActive(10)).toEqual([holder.id]);
  });

  it('lets one of twenty concurrent adds of one email win', async () => {
    const { repository, replica } = both(world);
    const email = anEmail();
    const users = Array.from({ length: 20 }, () => aUser({ email }));
    const outcomes = await Promise.allSettled(
      users.map((user, n) => (n % 2 ? repository : replica).add(user)),
    );
    const winners = users.filter((_, n) => outcomes[n]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    const refusals = outcomes.flatMap((outcome): unknown[] =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(EmailTaken);

    const found = await Promise.all(users.map((user) => repository.findById(user.id)));
    expect(found.filter(Boolean)).toEqual(winners);
    expect(await replica.findByEmail(email)).toEqual(winners[0]);
    expect(await repository.mostRecentlyActive(30)).toEqual(winners.map((user) => user.id));
  });

  it('takes twenty concurrent adds of different emails', async () => {
    const { repository, replica } = both(world);
    const users = Array.from({ length: 20 }, () => aUser());
    await Promise.all(users.map((user, n) => (n % 2 ? repository : replica).add(user)));
    expect(await Promise.all(users.map((user) => replica.findByEmail(user.email)))).toEqual(users);
  });

  it('tells emails apart that differ in an accent only', async () => {
    const { repository } = both(world);
    const emails = ['jose', 'josé', 'strasse', 'straße', 'a_b', 'axb'].map((local) =>
      parseEmail(`${local}@example.com`),
    );
    const users = emails.map((email) => aUser({ email }));
    for (const user of users) await repository.add(user);
    expect(await Promise.all(emails.map((email) => repository.findByEmail(email)))).toEqual(users);
  });
}

function updating(world: World): void {
  it('stores and gives the changed user, and every replica sees it', async () => {
    const { repository, replica } = both(world);
    const user = aUser();
    await repository.add(user);
    expect(await repository.update(user.id, nextVersion)).toEqual(nextVersion(user));
    for (const reader of [repository, replica]) {
      expect(await reader.findById(user.id)).toEqual(nextVersion(user));
      expect(await reader.findByEmail(user.email)).toEqual(nextVersion(user));
    }
  });

  it('lets twenty concurrent updates all survive', async () => {
    const { repository, replica } = both(world);
    const user = aUser({ preferences: {} });
    await repository.add(user);
    const members = Array.from({ length: 20 }, (_, n) => `member${n}`);
    await Promise.all(
      members.map((member, n) =>
        (n % 2 ? repository : replica).update(user.id, (current) =>
          withPreferences(current, mergePatch(current.preferences, { [member]: n }), current.updatedAt),
        ),
      ),
    );
    const found = await replica.findById(user.id);
    expect(found?.version).toBe(21);
    expect(found?.preferences).toEqual(Object.fromEntries(members.map((member, n) => [member, n])));
  });

  it('never shows a reader an older version than before, while it is being updated', async () => {
    const { repository, replica } = both(world);
    const user = aUser();
    await repository.add(user);
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      while (seen.at(-1) !== 11) seen.push((await replica.findById(user.id))?.version ?? 0);
    };
    const write = async (): Promise<void> => {
      for (let n = 0; n < 10; n++) await repository.update(user.id, nextVersion);
    };
    await Promise.all([read(), write()]);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('writes nothing when the change throws, and throws on what it threw', async () => {
    const { repository } = both(world);
    const user = aUser();
    await repository.add(user);
    const error = new Error('no');
    const refuse = (): User => {
      throw error;
    };
    await expect(repository.update(user.id, refuse)).rejects.toBe(error);
    expect(await repository.findById(user.id)).toEqual(user);
    expect(await repository.update(user.id, nextVersion)).toEqual(nextVersion(user));
  });

  it('writes nothing when the change gives back its argument', async () => {
    const { repository } = both(world);
    const user = aUser();
    await repository.add(user);
    expect(await repository.update(user.id, (current) => current)).toEqual(user);
    expect(await repository.findById(user.id)).toEqual(user);
  });

  it('saves a reading with what the caller knows, and changes what is stored if that is stale', async () => {
    const { repository, replica } = both(world);
    const user = aUser();
    await repository.add(user);
    const update = (known: User) => repository.update(user.id, nextVersion, undefined, known);
    const once = await update(user);
    expect(once).toEqual(nextVersion(user));
    expect(await replica.update(user.id, nextVersion)).toEqual(nextVersion(once));
    for (const stale of [user, once]) await update(stale);
    expect(await replica.findById(user.id)).toMatchObject({ version: 5 });
  });

  it('asks for a change of what is stored when the caller knows nothing to change', async () => {
    const { repository } = both(world);
    const user = aUser();
    await repository.add(user);
    const newer = await repository.update(user.id, nextVersion);
    const unless = (current: User) => (current.version === 1 ? current : nextVersion(current));
    expect(await repository.update(user.id, unless, undefined, user)).toEqual(nextVersion(newer));
    const same = (current: User) => current;
    expect(await repository.update(user.id, same, undefined, user)).toMatchObject({ version: 3 });
  });

  it('does not know an absent user', async () => {
    const { repository } = both(world);
    const id = aUserId();
    await expect(repository.update(id, nextVersion)).rejects.toThrow(UserNotFound);
    const known = aUser({ id });
    await expect(repository.update(id, nextVersion, undefined, known)).rejects.toThrow(UserNotFound);
    expect(await repository.findById(id)).toBeUndefined();
  });

  it('leaves other users alone', async () => {
    const { repository } = both(world);
    const [one, other] = [aUser(), aUser()];
    await repository.add(one);
    await repository.add(other);
    await repository.update(one.id, nextVersion);
    expect(await repository.findById(other.id)).toEqual(other);
  });
}

function removing(world: World): void {
  it('finds a removed user no more, through no replica', async () => {
    const { repository, replica } = both(world);
    const user = aUser();
    await repository.add(user);
    await repository.remove(user);
    for (const reader of [repository, replica]) {
      expect(await reader.findById(user.id)).toBeUndefined();
      expect(await reader.findByEmail(user.email)).toBeUndefined();
      expect(await reader.mostRecentlyActive(10)).toEqual([]);
    }
    await expect(replica.update(user.id, nextVersion)).rejects.toThrow(UserNotFound);
  });

  it('frees the email at once, and a repeated removal leaves the next holder alone', async () => {
    const { repository, replica } = both(world);
    const user = aUser();
    await repository.add(user);
    await repository.remove(user);
    const next = aUser({ email: user.email });
    await replica.add(next);
    await repository.remove(user);
    expect(await repository.findByEmail(user.email)).toEqual(next);
    expect(await replica.findById(next.id)).toEqual(next);
  });

  it('lets an update that races with the removal win or fail, and leaves nothing behind', async () => {
    const { repository, replica } = both(world);
    for (let n = 0; n < 10; n++) {
      const user = aUser();
      await repository.add(user);
      const [update] = await Promise.allSettled([
        replica.update(user.id, nextVersion),
        repository.remove(user),
      ]);
      if (update.status === 'rejected') expect(update.reason).toBeInstanceOf(UserNotFound);
      expect(await replica.findById(user.id)).toBeUndefined();
      expect(await repository.findByEmail(user.email)).toBeUndefined();
    }
  });

  it('lists the users who are being deleted, and nobody else', async () => {
    const { repository, replica } = both(world);
    const [one, other, staying] = [aUser(), aUser(), aUser()];
    for (const user of [one, other, staying]) await repository.add(user);
    expect(await repository.beingDeleted(10)).toEqual([]);
    for (const { id } of [one, other]) await repository.update(id, withDeletion);
    expect([...(await replica.beingDeleted(10))].sort()).toEqual([one.id, other.id].sort());
    expect(await replica.beingDeleted(1)).toHaveLength(1);
    await repository.remove(one);
    expect(await replica.beingDeleted(10)).toEqual([other.id]);
  });
}

function listing(world: World): void {
  it('lists the most recently active first: by last login, or else by registration', async () => {
    const { repository, replica } = both(world);
    const [registeredEarly, registeredLate, loggedIn] = [
      aUser({ createdAt: parseTimestamp(1_000) }),
      aUser({ createdAt: parseTimestamp(3_000) }),
      loggedInAt(aUser({ createdAt: parseTimestamp(500) }), 2_000),
    ];
    for (const user of [registeredEarly, registeredLate, loggedIn]) await repository.add(user);
    expect(await replica.mostRecentlyActive(10)).toEqual([
      registeredLate.id,
      loggedIn.id,
      registeredEarly.id,
    ]);
  });

  it('lists as many as asked for and no more', async () => {
    const { repository } = both(world);
    const users = [5_000, 4_000, 3_000].map((time) => aUser({ createdAt: parseTimestamp(time) }));
    for (const user of users) await repository.add(user);
    expect(await repository.mostRecentlyActive(2)).toEqual(users.slice(0, 2).map((user) => user.id));
    expect(await repository.mostRecentlyActive(0)).toEqual([]);
  });

  it('soon moves a user to the front who logs in', async () => {
    const { repository, replica } = both(world);
    const users = [5_000, 4_000, 3_000].map((time) => aUser({ createdAt: parseTimestamp(time) }));
    for (const user of users) await repository.add(user);
    const [first, second, third] = users.map((user) => user.id);
    await repository.update(required(third, 'three users'), (user) => loggedInAt(user, 6_000));
    const listed = () => replica.mostRecentlyActive(10);
    await expect.poll(listed, { timeout: 10_000 }).toEqual([third, first, second]);
  });
}

function durability(world: World): void {
  const reopened = (): Promise<UserRepository> =>
    required(world().reopen?.bind(world()), 'reopen, since it is durable')();

  it('has everything that was acknowledged when it is opened again', async () => {
    const { repository } = both(world);
    const users = [aDifficultUser(), ...Array.from({ length: 20 }, () => aUser())];
    await Promise.all(users.map((user) => repository.add(user)));
    await Promise.all(users.map((user) => repository.update(user.id, nextVersion)));
    const again = await reopened();
    expect(await Promise.all(users.map((user) => again.findById(user.id)))).toEqual(users.map(nextVersion));
    expect(await Promise.all(users.map((user) => again.findByEmail(user.email)))).toEqual(
      users.map(nextVersion),
    );
    expect((await again.mostRecentlyActive(30)).toSorted()).toEqual(users.map((user) => user.id).toSorted());
  });

  it('still knows which emails are taken when it is opened again', async () => {
    const { repository } = both(world);
    const user = aUser();
    await repository.add(user);
    await expect((await reopened()).add(aUser({ email: user.email }))).rejects.toThrow(EmailTaken);
  });

  it('still knows the changed email when it is opened again', async () => {
    const { repository } = both(world);
    const [user, email] = [aUser(), anEmail()];
    await repository.add(user);
    const moved = await repository.update(user.id, movedTo(email));
    const again = await reopened();
    expect(await again.findByEmail(email)).toEqual(moved);
    expect(await again.findByEmail(user.email)).toBeUndefined();
    await expect(again.add(aUser({ email }))).rejects.toThrow(EmailTaken);
    await again.add(aUser({ email: user.email }));
  });

  it('names the same set of users when it is opened again', async () => {
    const { dataset } = world().repository;
    expect((await reopened()).dataset).toBe(dataset);
  });
}

function damage(world: World): void {
  const damaged = async (user: User) => {
    await required(world().damage?.bind(world()), 'damage, since it is durable')(user.id);
  };

  it('is told apart from absence, and is not believed', async () => {
    const { repository } = both(world);
    const user = aUser();
    await repository.add(user);
    await damaged(user);
    await expect(repository.findById(user.id)).rejects.toThrow(Damaged);
    await expect(repository.update(user.id, nextVersion)).rejects.toThrow(Damaged);
  });

  it('keeps the email, and nobody else from being looked up with it', async () => {
    const { repository, replica } = both(world);
    const users = [aUser(), aUser()];
    for (const user of users) await repository.add(user);
    await damaged(required(users[0], 'two users'));
    const emails = [...users.map(({ email }) => email), anEmail()];
    const ids = users.map(({ id, email }) => [email, id] as const);
    expect(await replica.idsByEmail(emails)).toEqual(new Map(ids));
  });

  it('keeps nobody else out of a list, and is named there once', async () => {
    const { repository, replica } = both(world);
    const [first, second, last] = [aUser(), aUser(), aUser()];
    for (const user of [first, second, last]) await repository.add(user);
    await damaged(second);
    const page = await replica.list({ status: 'active' }, 10);
    expect(page).toEqual({ users: [first, last], damaged: [second.id], next: null });
    const found = { users: [] as User[], damaged: [] as UserId[] };
    let after: UserPlace | null | undefined;
    do {
      const { users, damaged, next }: UserPage = await replica.list({}, 1, after ?? undefined);
      found.users.push(...users);
      found.damaged.push(...damaged);
      after = next;
    } while (after !== null);
    expect(found).toEqual({ users: [first, last], damaged: [second.id] });
    const alone = await replica.list({ emailPrefix: parseEmailPrefix(second.email) }, 10);
    expect(alone).toEqual({ users: [], damaged: [second.id], next: null });
  });

  it('keeps nobody from being removed, and no email taken', async () => {
    const { repository, replica } = both(world);
    const user = aUser();
    await repository.add(user);
    await damaged(user);
    for (let times = 0; times < 2; times += 1) await repository.remove({ id: user.id });
    expect(await replica.findById(user.id)).toBeUndefined();
    expect(await replica.findByEmail(user.email)).toBeUndefined();
    const next = aUser({ email: user.email });
    await replica.add(next);
    expect(await repository.findByEmail(user.email)).toEqual(next);
    expect((await repository.list({}, 10)).users).toEqual([next]);
    expect((await repository.list({ emailPrefix: parseEmailPrefix(user.email) }, 10)).users).toEqual([next]);
    expect(await repository.mostRecentlyActive(10)).toEqual([next.id]);
  });

  it('keeps a deletion that somebody began from no end, and no other one', async () => {
    const { repository, replica } = both(world);
    const users = [aUser(), aUser()];
    for (const user of users) {
      await repository.add(user);
      await repository.update(user.id, withDeletion);
    }
    await damaged(required(users[0], 'two users'));
    const ids = users.map(({ id }) => id).sort();
    expect([...(await replica.beingDeleted(10))].sort()).toEqual(ids);
    for (const id of ids) await replica.remove({ id });
    expect(await repository.beingDeleted(10)).toEqual([]);
  });
}

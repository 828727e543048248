import {
  parseEmail,
  parseEmailPrefix,
  parseTimestamp,
  type User,
  type UserFilter,
  type UserPlace,
  type UserRepository,
  withDeletion,
} from '@user-management/domain';
import { expect, it } from 'vitest';
import { aUser, loggedInAt, movedTo, nextVersion, registeredAt } from '../fakes/samples.ts';

interface Replicas {
  readonly repository: UserRepository;
  readonly replica: UserRepository;
}

/** What every `UserRepository` must do when it lists users. */
export function listingUsers(replicas: () => Replicas): void {
  it('lists nobody before anybody was added', async () => {
    expect(await idsOf(replicas().repository)).toEqual([]);
  });

  it('lists all users with all they have, in the order of their ids, through every replica', async () => {
    const { repository, replica } = replicas();
    const users = await added(repository, 30, (n) => ({ metadata: { n } }));
    for (const reader of [repository, replica]) expect(await allOf(reader, {}, 200)).toEqual(users);
  });

  it.each([1, 2, 7, 30])('lists each user once on pages of %d', async (limit) => {
    const { repository } = replicas();
    const users = await added(repository, 30);
    expect(await allOf(repository, {}, limit)).toEqual(users);
  });

  it('lists each user once while others come, go and change', async () => {
    const { repository, replica } = replicas();
    const [gone, early, staying, late] = [[], [], [], []] as [User[], User[], User[], User[]];
    for (const user of await added(repository, 12)) (user.createdAt % 2 ? gone : staying).push(user);
    const seen: User[] = [];
    let after: UserPlace | undefined;
    for (let n = 0; after !== undefined || n === 0; n++) {
      const page = await replica.list({}, 2, after);
      seen.push(...page.users);
      after = page.next ?? undefined;
      // The place of the page that comes next may belong to a user who is gone by then.
      for (const user of gone.splice(0, 2)) await repository.remove(user);
      const [first] = page.users;
      if (first && staying.includes(first)) await repository.update(first.id, nextVersion);
      early.push(await add(repository, { ...registeredAt(1 + n) }));
      if (n < 3) late.push(await add(repository, { ...registeredAt(5_000 + n) }));
    }
    const ids = seen.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toEqual(expect.arrayContaining([...staying, ...late].map(({ id }) => id)));
  });

  it('lists users of one status', async () => {
    const { repository, replica } = replicas();
    const users = await added(repository, 9, (n) => (n % 3 ? {} : { status: 'disabled' }));
    const disabled = users.filter(({ status }) => status === 'disabled');
    expect(await allOf(replica, { status: 'disabled' }, 2)).toEqual(disabled);
    expect(await idsOf(replica, { status: 'active' })).toHaveLength(6);
    const [first] = disabled;
    if (first) await repository.update(first.id, (user) => ({ ...nextVersion(user), status: 'active' }));
    expect(await idsOf(replica, { status: 'disabled' })).toHaveLength(2);
    expect(await idsOf(replica, { status: 'active' })).toHaveLength(7);
  });

  it('lists users who came after a time', async () => {
    const { repository, replica } = replicas();
    const users = await added(repository, 9);
    const [, , , fourth] = users;
    const createdAfter = fourth?.createdAt;
    expect(await allOf(replica, { createdAfter }, 2)).toEqual(users.slice(4));
    expect(await idsOf(replica, { createdAfter: parseTimestamp(0) })).toHaveLength(9);
    expect(await idsOf(replica, { createdAfter: parseTimestamp(9_000) })).toEqual([]);
  });

  it('lists users whose email begins with a text, in the order of their emails', async () => {
    const { repository, replica } = replicas();
    const locals = ['anna', 'ann', 'ann-lee', 'an', 'bo', 'ann.b', 'annbo', 'anné', 'ann_x', 'annz', 'a%'];
    const users: User[] = [];
    for (const [n, local] of locals.entries()) {
      users.push(await add(repository, { ...registeredAt(n), email: parseEmail(`${local}@example.com`) }));
    }
    for (const prefix of ['ann', 'ann-', 'ann_', 'a', 'a%', 'ann@example.com', 'c', 'anné']) {
      const emails = users.map(({ email }) => email).filter((email) => email.startsWith(prefix));
      for (const limit of [1, 3, 200]) {
        const listed = await allOf(replica, { emailPrefix: parseEmailPrefix(prefix) }, limit);
        expect(listed.map(({ email }) => email)).toEqual(emails.sort());
      }
    }
  });

  it('lists a user by the beginning of the new email only, once it has changed', async () => {
    const { repository, replica } = replicas();
    const user = await add(repository, { email: parseEmail('before@example.com') });
    const moved = await repository.update(user.id, movedTo(parseEmail('after@example.com')));
    expect(await allOf(replica, { emailPrefix: parseEmailPrefix('after') }, 10)).toEqual([moved]);
    expect(await allOf(replica, { emailPrefix: parseEmailPrefix('before') }, 10)).toEqual([]);
    expect(await allOf(replica, {}, 10)).toEqual([moved]);
  });

  it('lists users whom all parts of a filter take', async () => {
    const { repository, replica } = replicas();
    const users = await added(repository, 12, (n) => ({
      status: n % 2 ? 'active' : 'disabled',
      email: parseEmail(`${n % 3 ? 'ann' : 'bob'}${n}@example.com`),
    }));
    const emailPrefix = parseEmailPrefix('ann');
    const createdAfter = parseTimestamp(1_004);
    const listed = await idsOf(replica, { emailPrefix, status: 'active', createdAfter });
    const wanted = users.filter((_, n) => n % 2 && n % 3 && n > 4);
    expect(listed.toSorted()).toEqual(wanted.map(({ id }) => id));
  });

  it('lists the few whom a filter takes among thousands, on pages that need not be full', async () => {
    const { repository, replica } = replicas();
    const users = Array.from({ length: 2_100 }, (_, n) =>
      aUser({
        ...registeredAt(1_000 + n),
        email: parseEmail(`ann${String(n).padStart(4, '0')}@example.com`),
        status: [5, 1_000, 2_099].includes(n) ? 'disabled' : 'active',
      }),
    );
    for (let n = 0; n < users.length; n += 300) {
      await repository.addAll(users.slice(n, n + 300).map((user) => ({ user })));
    }
    const emailPrefix = parseEmailPrefix('ann');
    const disabled = users.filter(({ status }) => status === 'disabled');
    for (const limit of [1, 2, 50]) {
      expect(await allOf(replica, { emailPrefix, status: 'disabled' }, limit)).toEqual(disabled);
    }
    const createdAfter = parseTimestamp(1_000 + 2_090);
    expect(await allOf(replica, { emailPrefix, createdAfter }, 4)).toEqual(users.slice(2_091));
  });

  it('lists no user who is gone, or who is being deleted', async () => {
    const { repository, replica } = replicas();
    const [gone, going, staying] = await added(repository, 3);
    if (!gone || !going || !staying) throw new Error('Three users were added.');
    await repository.remove(gone);
    await repository.update(going.id, withDeletion);
    expect(await idsOf(replica)).toEqual([staying.id]);
    for (const { email, id } of [gone, going, staying]) {
      const listed = await idsOf(replica, { emailPrefix: parseEmailPrefix(email) });
      expect(listed).toEqual(id === staying.id ? [id] : []);
    }
  });

  it('lists a user who was added under the email of one who is gone', async () => {
    const { repository, replica } = replicas();
    const first = await add(repository);
    await repository.remove(first);
    const second = await add(repository, { email: first.email });
    expect(await allOf(replica, { emailPrefix: parseEmailPrefix(first.email) }, 10)).toEqual([second]);
  });

  it('lists a login like any other change', async () => {
    const { repository, replica } = replicas();
    const [first, second] = await added(repository, 2);
    if (!first || !second) throw new Error('Two users were added.');
    const loggedIn = await repository.update(first.id, (user) => loggedInAt(user, 9_000));
    expect(await allOf(replica, {}, 1)).toEqual([loggedIn, second]);
  });
}

async function add(repository: UserRepository, members: Partial<User> = {}): Promise<User> {
  const user = aUser(members);
  await repository.add(user);
  return user;
}

/** Users who registered one after the other, in this order. */
async function added(
  repository: UserRepository,
  count: number,
  members: (n: number) => Partial<User> = () => ({}),
): Promise<readonly User[]> {
  const users: User[] = [];
  for (let n = 0; n < count; n++) {
    users.push(await add(repository, { ...registeredAt(1_000 + n), ...members(n) }));
  }
  return users;
}

async function allOf(
  repository: UserRepository,
  filter: UserFilter,
  limit: number,
): Promise<readonly User[]> {
  const users: User[] = [];
  let after: UserPlace | undefined;
  do {
    const page = await repository.list(filter, limit, after);
    expect(page.users.length).toBeLessThanOrEqual(limit);
    users.push(...page.users);
    // Otherwise a list that does not get on would never end.
    expect(users.length).toBeLessThan(100);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return users;
}

const idsOf = async (repository: UserRepository, filter: UserFilter = {}) =>
  (await allOf(repository, filter, 200)).map(({ id }) => id);

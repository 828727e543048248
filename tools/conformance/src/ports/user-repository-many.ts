import type { Addition, User, UserRepository } from '@user-management/domain';
import { expect, it } from 'vitest';
import { aDifficultUser, anEmail, aUser, nextVersion } from '../fakes/samples.ts';

interface Replicas {
  readonly repository: UserRepository;
  readonly replica: UserRepository;
}

const toAddition = (user: User): Addition => ({ user });

/** What every `UserRepository` must do for many users at a time. */
export function addingMany(replicas: () => Replicas): void {
  it('finds each of them exactly as it was added, in every list and through every replica', async () => {
    const { repository, replica } = replicas();
    const users = [...Array.from({ length: 150 }, () => aUser()), aDifficultUser()];
    expect(await repository.addAll(users.map(toAddition))).toEqual(users.map(() => true));
    const ids = users.map(({ id }) => id).sort();
    expect(await Promise.all(users.map(({ id }) => replica.findById(id)))).toEqual(users);
    expect(await Promise.all(users.map(({ email }) => replica.findByEmail(email)))).toEqual(users);
    expect((await replica.list({}, 200)).users.map(({ id }) => id)).toEqual(ids);
    expect([...(await replica.mostRecentlyActive(200))].sort()).toEqual(ids);
    const [first] = users as [User];
    expect(await replica.update(first.id, nextVersion)).toEqual(nextVersion(first));
  });

  it('says who was not added, and leaves those who hold the emails alone', async () => {
    const { repository, replica } = replicas();
    const holder = aUser();
    await repository.add(holder);
    const users = [aUser(), aUser({ email: holder.email }), aUser()] as const;
    expect(await replica.addAll(users.map(toAddition))).toEqual([true, false, true]);
    expect(await repository.findById(users[1].id)).toBeUndefined();
    expect(await repository.findByEmail(holder.email)).toEqual(holder);
    expect(await repository.findByEmail(users[2].email)).toEqual(users[2]);
  });

  it('adds one of several with the same email', async () => {
    const { repository } = replicas();
    const email = anEmail();
    const users = [aUser({ email }), aUser(), aUser({ email }), aUser({ email })];
    const added = await repository.addAll(users.map(toAddition));
    const winners = users.filter((_, n) => added[n]);
    expect(winners.filter((user) => user.email === email)).toHaveLength(1);
    expect(winners).toContain(users[1]);
    expect((await repository.list({}, 10)).users.map(({ id }) => id)).toEqual(
      winners.map(({ id }) => id).sort(),
    );
    expect(winners).toContainEqual(await repository.findByEmail(email));
  });

  it('lets one of several win that add the same emails at once, in different orders', async () => {
    const { repository, replica } = replicas();
    const emails = Array.from({ length: 50 }, () => anEmail());
    const batches = Array.from({ length: 4 }, (_, n) => {
      const users = emails.map((email) => aUser({ email }));
      return n % 2 ? users : users.toReversed();
    });
    const added = await Promise.all(
      batches.map((users, n) => (n % 2 ? repository : replica).addAll(users.map(toAddition))),
    );
    const winners = batches.flatMap((users, n) => users.filter((_, place) => added[n]?.[place]));
    expect(winners.map(({ email }) => email).sort()).toEqual(emails.toSorted());
    expect(await Promise.all(winners.map(({ email }) => replica.findByEmail(email)))).toEqual(winners);
  });

  it('tells who holds which of many emails, and adds nobody when there is nobody to add', async () => {
    const { repository, replica } = replicas();
    expect(await repository.addAll([])).toEqual([]);
    expect(await repository.idsByEmail([])).toEqual(new Map());
    const [one, other, gone] = [aUser(), aUser(), aUser()];
    for (const user of [one, other, gone]) await repository.add(user);
    await repository.remove(gone);
    const asked = [anEmail(), one.email, gone.email, other.email, one.email];
    expect(await replica.idsByEmail(asked)).toEqual(
      new Map([
        [one.email, one.id],
        [other.email, other.id],
      ]),
    );
  });
}

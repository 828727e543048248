import {
  type Email,
  EmailTaken,
  type User,
  UserNotFound,
  type UserRepository,
  withDeletion,
} from '@user-management/domain';
import { expect, it } from 'vitest';
import { anEmail, aUser, movedTo, nextVersion } from '../fakes/samples.ts';

interface Replicas {
  readonly repository: UserRepository;
  readonly replica: UserRepository;
}

/** What every `UserRepository` must do when an update changes the email. */
export function changingEmails(replicas: () => Replicas): void {
  it('finds the user by the new email only, through every replica', async () => {
    const { repository, replica } = replicas();
    const [user, email] = [await added(repository), anEmail()];
    const moved = await repository.update(user.id, movedTo(email));
    expect(moved).toEqual(movedTo(email)(user));
    for (const reader of [repository, replica]) {
      expect(await reader.findById(user.id)).toEqual(moved);
      expect(await reader.findByEmail(email)).toEqual(moved);
      expect(await reader.findByEmail(user.email)).toBeUndefined();
    }
    expect(await replica.update(user.id, nextVersion)).toEqual(nextVersion(moved));
  });

  it('frees the old email at once, for a new user and for a change', async () => {
    const { repository, replica } = replicas();
    const [one, other] = [await added(repository), await added(repository)];
    await repository.update(one.id, movedTo(anEmail()));
    const heir = aUser({ email: one.email });
    await replica.add(heir);
    await repository.update(other.id, movedTo(anEmail()));
    const moved = await replica.update(heir.id, movedTo(other.email));
    for (const reader of [repository, replica]) {
      expect(await reader.findByEmail(one.email)).toBeUndefined();
      expect(await reader.findByEmail(other.email)).toEqual(moved);
    }
  });

  it('refuses an email that somebody holds, and then writes nothing', async () => {
    const { repository, replica } = replicas();
    const [user, holder] = [await added(repository), await added(repository)];
    await expect(replica.update(user.id, movedTo(holder.email))).rejects.toThrow(EmailTaken);
    for (const reader of [repository, replica]) {
      expect(await reader.findById(user.id)).toEqual(user);
      expect(await reader.findByEmail(user.email)).toEqual(user);
      expect(await reader.findByEmail(holder.email)).toEqual(holder);
    }
  });

  it('keeps the new email taken', async () => {
    const { repository, replica } = replicas();
    const [user, other, email] = [await added(repository), await added(repository), anEmail()];
    const moved = await repository.update(user.id, movedTo(email));
    await expect(replica.add(aUser({ email }))).rejects.toThrow(EmailTaken);
    await expect(replica.update(other.id, movedTo(email))).rejects.toThrow(EmailTaken);
    expect(await repository.findByEmail(email)).toEqual(moved);
  });

  it('lets one of twenty racing changes to one email win', async () => {
    const { repository, replica } = replicas();
    const email = anEmail();
    const users = await Promise.all(Array.from({ length: 20 }, () => added(repository)));
    const changes = users.map(({ id }, n) => (n % 2 ? repository : replica).update(id, movedTo(email)));
    const [winner] = winnersOf(users, await Promise.allSettled(changes));
    expect(await replica.findByEmail(email)).toEqual(winner && movedTo(email)(winner));
    for (const user of users.filter((each) => each !== winner)) {
      expect(await replica.findByEmail(user.email)).toEqual(user);
    }
  });

  it('lets a change or a registration win that race for one email', async () => {
    const { repository, replica } = replicas();
    for (let n = 0; n < 10; n++) {
      const [user, email] = [await added(repository), anEmail()];
      const rival = aUser({ email });
      const work = [repository.update(user.id, movedTo(email)), replica.add(rival)];
      const [winner] = winnersOf([user, rival], await Promise.allSettled(work));
      const moved = winner === user;
      expect(await replica.findByEmail(email)).toEqual(moved ? movedTo(email)(user) : rival);
      expect(await replica.findByEmail(user.email)).toEqual(moved ? undefined : user);
      expect(await replica.findById(rival.id)).toEqual(moved ? undefined : rival);
    }
  });

  it('lets twenty racing changes of one user to one email all survive', async () => {
    const { repository, replica } = replicas();
    const [user, email] = [await added(repository), anEmail()];
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? repository : replica).update(user.id, movedTo(email))),
    );
    expect((await replica.findByEmail(email))?.version).toBe(21);
    expect(await repository.findByEmail(user.email)).toBeUndefined();
  });

  it('lets racing changes of one user to many emails leave one of them', async () => {
    const { repository, replica } = replicas();
    const user = await added(repository);
    const emails = Array.from({ length: 10 }, () => anEmail());
    await Promise.all(
      emails.map((email, n) => (n % 2 ? repository : replica).update(user.id, movedTo(email))),
    );
    const found = await replica.findById(user.id);
    expect(found?.version).toBe(11);
    for (const email of [user.email, ...emails]) {
      if (email === found?.email) expect(await replica.findByEmail(email)).toEqual(found);
      else await expectFree(replica, email);
    }
  });

  it('lets two users swap their emails in turn', async () => {
    const { repository, replica } = replicas();
    const [one, other] = [await added(repository), await added(repository)];
    await repository.update(one.id, movedTo(anEmail()));
    const second = await replica.update(other.id, movedTo(one.email));
    const first = await repository.update(one.id, movedTo(other.email));
    expect(await replica.findByEmail(other.email)).toEqual(first);
    expect(await replica.findByEmail(one.email)).toEqual(second);
  });

  it('lets a user change back', async () => {
    const { repository, replica } = replicas();
    const [user, email] = [await added(repository), anEmail()];
    for (let n = 0; n < 3; n++) {
      await repository.update(user.id, movedTo(email));
      const back = await replica.update(user.id, movedTo(user.email));
      expect(await repository.findByEmail(user.email)).toEqual(back);
    }
    await expectFree(repository, email);
  });

  it('frees the current email when a user is removed, also by the earlier email', async () => {
    const { repository, replica } = replicas();
    const [user, email] = [await added(repository), anEmail()];
    await repository.update(user.id, (current) => withDeletion(movedTo(email)(current)));
    const heir = aUser({ email: user.email });
    await repository.add(heir);
    await replica.remove(user);
    expect(await repository.findById(user.id)).toBeUndefined();
    expect(await repository.findByEmail(user.email)).toEqual(heir);
    await expectFree(repository, email);
  });

  it('leaves both emails free when a change races with the removal', async () => {
    const { repository, replica } = replicas();
    for (let n = 0; n < 10; n++) {
      const [user, email] = [await added(repository), anEmail()];
      const [change] = await Promise.allSettled([
        replica.update(user.id, movedTo(email)),
        repository.remove(user),
      ]);
      if (change.status === 'rejected') expect(change.reason).toBeInstanceOf(UserNotFound);
      expect(await replica.findById(user.id)).toBeUndefined();
      for (const each of [user.email, email]) await expectFree(replica, each);
    }
  });
}

async function added(repository: UserRepository): Promise<User> {
  const user = aUser();
  await repository.add(user);
  return user;
}

async function expectFree(repository: UserRepository, email: Email): Promise<void> {
  expect(await repository.findByEmail(email)).toBeUndefined();
  const user = aUser({ email });
  await repository.add(user);
  expect(await repository.findByEmail(email)).toEqual(user);
}

/** The users whose work was done: one. The work of all others was refused, because the email was taken. */
function winnersOf(users: readonly User[], outcomes: readonly PromiseSettledResult<unknown>[]): User[] {
  const refusals = outcomes.flatMap((outcome): unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  for (const refusal of refusals) expect(refusal).toBeInstanceOf(EmailTaken);
  const winners = users.filter((_, n) => outcomes[n]?.status === 'fulfilled');
  expect(winners).toHaveLength(1);
  return winners;
}

import { aUser, describeUserRepository } from '@user-management/conformance';
import { parseEmailPrefix, type UserFilter, type UserId, type UserPlace } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { engines, shareReplicas } from '../testing/stores.ts';

for (const engine of engines) {
  const stores = shareReplicas(engine, ({ users }) => users);
  const create = async () => {
    const { db, ...replicas } = await stores();
    const damage = (id: UserId) =>
      db.updateTable('users').set({ password_hash: 'damaged' }).where('id', '=', id).execute();
    return { ...replicas, damage };
  };
  describeUserRepository(`SqlUsers on ${engine.name}`, create, { durable: true });
}

describe.each(engines)('a row of users on $name whose id or email is damaged', (engine) => {
  const stores = shareReplicas(engine, ({ users }) => users);

  it('hides no other user', async () => {
    const { repository, db } = await stores();
    const users = Array.from({ length: 6 }, () => aUser());
    for (const user of users) await repository.add(user);
    const [nobody, unreachable, ...others] = users.map(({ id }) => id) as [UserId, UserId, ...UserId[]];
    await db.updateTable('users').set({ id: 'usr_x', status: 'deleting' }).where('id', '=', nobody).execute();
    await db.updateTable('users').set({ email: 'user x' }).where('id', '=', unreachable).execute();

    const all = async (filter: UserFilter) => {
      const listed: UserId[] = [];
      let after: UserPlace | undefined;
      do {
        const page = await repository.list(filter, 2, after);
        listed.push(...page.users.map(({ id }) => id));
        after = page.next ?? undefined;
      } while (after !== undefined);
      return listed.toSorted();
    };
    expect(await all({})).toEqual(others.toSorted());
    expect(await all({ emailPrefix: parseEmailPrefix('user') })).toEqual(others.toSorted());
    expect((await repository.mostRecentlyActive(10)).toSorted()).toEqual([unreachable, ...others].toSorted());
    expect(await repository.beingDeleted(10)).toEqual([]);
    const emails = users.map(({ email }) => email);
    expect([...(await repository.idsByEmail(emails)).values()].toSorted()).toEqual(others.toSorted());
  });
});

import { describeUserRepository } from '@user-management/conformance';
import type { UserId } from '@user-management/domain';
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

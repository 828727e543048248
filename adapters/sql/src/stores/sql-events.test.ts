import { describeEventLog, TestClock } from '@user-management/conformance';
import type { EventId } from '@user-management/domain';
import { engines, shareReplicas } from '../testing/stores.ts';

const clock = new TestClock();

for (const engine of engines) {
  const replicas = shareReplicas(engine, ({ users, sessions, events }) => ({ users, sessions, events }));
  describeEventLog(
    `SqlEvents on ${engine.name}`,
    async () => {
      const { repository, db, ...stores } = await replicas();
      const damage = (id: EventId) =>
        db.updateTable('events').set({ actor: 'DAMAGED' }).where('id', '=', id).execute();
      return { ...repository, ...stores, clock, damage };
    },
    { durable: true },
  );
}

import { describeEventLog, TestClock } from '@user-management/conformance';
import { engines, shareReplicas } from '../testing/stores.ts';

const clock = new TestClock();

for (const engine of engines) {
  const replicas = shareReplicas(engine, ({ users, sessions, events }) => ({ users, sessions, events }));
  describeEventLog(
    `SqlEvents on ${engine.name}`,
    async () => {
      const { repository, ...stores } = await replicas();
      return { ...repository, ...stores, clock };
    },
    { durable: true },
  );
}

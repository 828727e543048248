import { describeEventLog, TestClock } from '@user-management/conformance';
import { engines, replicated } from '../testing/stores.ts';

const clock = new TestClock();

for (const { name, address, open } of engines) {
  describeEventLog(
    `SqlEvents on ${name}`,
    async () => {
      const where = await address();
      const { repository, ...stores } = await replicated(
        () => open(where),
        ({ users, sessions, events }) => ({ users, sessions, events }),
      );
      return { ...repository, ...stores, clock };
    },
    { durable: true },
  );
}

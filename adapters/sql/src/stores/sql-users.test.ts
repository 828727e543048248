import { describeUserRepository } from '@user-management/conformance';
import { engines, replicated } from '../testing/stores.ts';

for (const { name, address, open } of engines) {
  describeUserRepository(
    `SqlUsers on ${name}`,
    async () => {
      const where = await address();
      return replicated(
        () => open(where),
        ({ users }) => users,
      );
    },
    { durable: true },
  );
}

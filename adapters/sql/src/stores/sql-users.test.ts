import { describeUserRepository } from '@user-management/conformance';
import { engines, shareReplicas } from '../testing/stores.ts';

for (const engine of engines) {
  describeUserRepository(
    `SqlUsers on ${engine.name}`,
    shareReplicas(engine, ({ users }) => users),
    { durable: true },
  );
}

import { MemorySessions } from '@user-management/memory';
import { TestClock } from '../fakes/test-clock.ts';
import { describeSessionRepository } from '../ports/session-repository.ts';

describeSessionRepository(
  'MemorySessions',
  () => ({ repository: new MemorySessions(), clock: new TestClock() }),
  { durable: false },
);

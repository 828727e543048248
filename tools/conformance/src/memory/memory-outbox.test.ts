import { createMemoryStore } from '@user-management/memory';
import { TestClock } from '../fakes/test-clock.ts';
import { describeOutbox } from '../ports/outbox.ts';

describeOutbox('MemoryOutbox', () => ({ ...createMemoryStore(), clock: new TestClock() }), {
  durable: false,
});

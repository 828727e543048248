import { createMemoryStore } from '@user-management/memory';
import { TestClock } from '../fakes/test-clock.ts';
import { describeEventLog } from '../ports/event-log.ts';

describeEventLog('MemoryEvents', () => ({ ...createMemoryStore(), clock: new TestClock() }), {
  durable: false,
});

import { MemoryEvents, MemorySessions, MemoryUsers } from '@user-management/memory';
import { TestClock } from '../fakes/test-clock.ts';
import { describeEventLog } from '../ports/event-log.ts';

describeEventLog(
  'MemoryEvents',
  () => {
    const events = new MemoryEvents();
    const [users, sessions] = [new MemoryUsers(events), new MemorySessions(events)];
    return { events, users, sessions, clock: new TestClock() };
  },
  { durable: false },
);

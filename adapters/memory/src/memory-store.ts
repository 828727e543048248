import { MemoryChallenges } from './memory-challenges.ts';
import { MemoryEvents } from './memory-events.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { MemorySessions } from './memory-sessions.ts';
import { MemoryUsers } from './memory-users.ts';

/** All repositories of one process. A change of one of them writes its effects to the others. */
export function createMemoryStore() {
  const events = new MemoryEvents();
  const outbox = new MemoryOutbox(events);
  return {
    users: new MemoryUsers(outbox),
    sessions: new MemorySessions(outbox),
    challenges: new MemoryChallenges(outbox),
    events,
    outbox,
  };
}

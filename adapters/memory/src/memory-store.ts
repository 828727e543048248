import { MemoryChallenges } from './memory-challenges.ts';
import { MemoryEvents } from './memory-events.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { MemorySessions } from './memory-sessions.ts';
import { MemoryUsers } from './memory-users.ts';
import { MemoryWebhookQueue } from './memory-webhook-queue.ts';

/** All repositories of one process. A change of one of them writes its effects to the others. */
export function createMemoryStore() {
  const webhooks: MemoryWebhookQueue = new MemoryWebhookQueue((id) => events.find(id));
  const events = new MemoryEvents(webhooks);
  const outbox = new MemoryOutbox(events);
  return {
    users: new MemoryUsers(outbox),
    sessions: new MemorySessions(outbox),
    challenges: new MemoryChallenges(outbox),
    events,
    outbox,
    webhooks,
  };
}

import { createMemoryStore } from '@user-management/memory';
import { TestClock } from '../fakes/test-clock.ts';
import { describeWebhookQueue } from '../ports/webhook-queue.ts';

describeWebhookQueue('MemoryWebhookQueue', () => ({ ...createMemoryStore(), clock: new TestClock() }), {
  durable: false,
});

import { createMemoryStore } from '@user-management/memory';
import { TestClock } from '../fakes/test-clock.ts';
import { describeChallengeRepository } from '../ports/challenge-repository.ts';

describeChallengeRepository('MemoryChallenges', () => ({ ...createMemoryStore(), clock: new TestClock() }), {
  durable: false,
});

import { MemoryRateLimiter } from '@user-management/memory';
import { expect, it } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import { describeRateLimiter } from '../ports/rate-limiter.ts';

describeRateLimiter('MemoryRateLimiter', () => {
  const clock = new TestClock();
  const limiter = new MemoryRateLimiter({ clock, maxEntries: 1_000 });
  return {
    limiter,
    advance: (seconds) => clock.advance(seconds * 1000),
    size: () => limiter.size,
  };
});

it('forgets the subject that was counted least recently when it is full', async () => {
  const limiter = new MemoryRateLimiter({ clock: new TestClock(), maxEntries: 2 });
  const rate = { name: 'rate', limit: 1, seconds: 60 };
  for (const subject of ['first', 'second', 'third']) await limiter.use(rate, subject);
  expect(await limiter.use(rate, 'third')).toMatchObject({ allowed: false });
  expect(await limiter.use(rate, 'first')).toMatchObject({ allowed: true });
});

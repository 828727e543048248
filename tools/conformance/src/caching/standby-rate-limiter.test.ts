import { type RateLimiter, StandbyRateLimiter } from '@user-management/domain';
import { MemoryRateLimiter } from '@user-management/memory';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import { Switchable } from './switchable.ts';

function create() {
  const clock = new TestClock();
  const primary = new Switchable<RateLimiter>(new MemoryRateLimiter({ clock, maxEntries: 1_000 }));
  const standby = new MemoryRateLimiter({ clock, maxEntries: 1_000 });
  return { clock, primary, standby, limiter: new StandbyRateLimiter(primary.port, standby) };
}

const RATE = { name: 'rate', limit: 1, seconds: 60 };
const BACKOFF = { name: 'backoff', free: 1, longest: 900 };

describe('StandbyRateLimiter', () => {
  it('counts on the standby while the primary is lost, and on the primary afterwards', async () => {
    const { limiter, primary } = create();
    primary.on = false;
    expect(await limiter.use(RATE, 'a')).toMatchObject({ allowed: true });
    expect(await limiter.use(RATE, 'a')).toMatchObject({ allowed: false });
    primary.on = true;
    expect(await limiter.use(RATE, 'a')).toMatchObject({ allowed: true });
    expect(await limiter.use(RATE, 'a')).toMatchObject({ allowed: false });
  });

  it('forgets on both', async () => {
    const { limiter, primary } = create();
    for (const on of [true, false]) {
      primary.on = on;
      await limiter.try(BACKOFF, 'a');
      expect(await limiter.try(BACKOFF, 'a')).toMatchObject({ allowed: false });
    }
    primary.on = true;
    await limiter.forget(BACKOFF, 'a');
    for (const on of [true, false]) {
      primary.on = on;
      expect(await limiter.try(BACKOFF, 'a')).toMatchObject({ allowed: true });
    }
  });
});

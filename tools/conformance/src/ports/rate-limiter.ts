import type { Backoff, Rate, RateLimiter, RateVerdict } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { fresh } from './fresh.ts';

export interface RateLimiterUnderTest {
  readonly limiter: RateLimiter;
  /** A second one over the same counts, as another replica has; without it, the first is used. */
  readonly replica?: RateLimiter;
  /** Lets the counts believe that this many seconds have passed. */
  advance(seconds: number): Promise<void> | void;
  /** How many subjects it keeps. */
  size(): Promise<number> | number;
  dispose?(): Promise<void> | void;
}

/** What every `RateLimiter` must do. `create` is called once for each test. */
export function describeRateLimiter(
  name: string,
  create: () => RateLimiterUnderTest | Promise<RateLimiterUnderTest>,
): void {
  describe(`${name} is a RateLimiter`, () => {
    const world = fresh(create);
    describe('a rate', () => rates(world));
    describe('a backoff', () => backoffs(world));
    describe('subjects', () => subjects(world));
  });
}

type World = () => RateLimiterUnderTest;

/** Long enough that a slow machine is not taken for time that passes: one use in 100 seconds. */
const RATE: Rate = { name: 'rate', limit: 6, seconds: 600 };
const BACKOFF: Backoff = { name: 'backoff', free: 5, longest: 900 };
const SUBJECT = '192.0.2.1';
/** What a slow machine may take between two calls, in seconds. */
const SLACK = 20;

function both(world: World) {
  const { limiter, replica = limiter } = world();
  return { limiter, replica };
}

/** Uses it this often, and returns the last answer. */
async function used(limiter: RateLimiter, times: number, rate = RATE): Promise<RateVerdict> {
  let last = await limiter.use(rate, SUBJECT);
  for (let n = 1; n < times; n++) last = await limiter.use(rate, SUBJECT);
  return last;
}

function expectSeconds(actual: number, expected: number): void {
  expect(actual).toBeLessThanOrEqual(expected);
  expect(actual).toBeGreaterThan(expected - SLACK);
}

function rates(world: World): void {
  it('allows as many uses as it says, and not one more', async () => {
    const { limiter } = both(world);
    for (let left = RATE.limit - 1; left >= 0; left--) {
      expect(await limiter.use(RATE, SUBJECT)).toMatchObject({ allowed: true, remaining: left });
    }
    expect(await limiter.use(RATE, SUBJECT)).toMatchObject({ allowed: false, remaining: 0 });
  });

  it('says when one more use is allowed than now', async () => {
    const { limiter } = both(world);
    expectSeconds((await used(limiter, 1)).moreAfter, 100);
    expectSeconds((await used(limiter, RATE.limit - 1)).moreAfter, 100);
    expectSeconds((await used(limiter, 1)).moreAfter, 100);
    await world().advance(60);
    expectSeconds((await used(limiter, 1)).moreAfter, 40);
    await world().advance(40);
    expect(await used(limiter, 1)).toMatchObject({ allowed: true });
  });

  it('allows less than twice as many as it says in its time, and as many in each further one', async () => {
    const { limiter } = both(world);
    let allowed = 0;
    const useAll = async () => {
      while ((await limiter.use(RATE, SUBJECT)).allowed) allowed++;
    };
    await useAll();
    for (let shares = 1; shares < RATE.limit; shares++) {
      await world().advance(100);
      await useAll();
    }
    expect(allowed).toBe(2 * RATE.limit - 1);
    for (let shares = 0; shares < RATE.limit; shares++) {
      await world().advance(100);
      await useAll();
    }
    expect(allowed).toBe(3 * RATE.limit - 1);
  });

  it('allows one more after each share of its time, and all after the whole', async () => {
    const { limiter } = both(world);
    await used(limiter, RATE.limit);
    await world().advance(100);
    expect(await used(limiter, 1)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await used(limiter, 1)).toMatchObject({ allowed: false });
    await world().advance(600);
    expect(await used(limiter, 1)).toMatchObject({ allowed: true, remaining: RATE.limit - 1 });
  });

  it('allows none before that share is over', async () => {
    const { limiter } = both(world);
    await used(limiter, RATE.limit);
    await world().advance(100 - SLACK);
    expect(await used(limiter, 1)).toMatchObject({ allowed: false });
  });

  it('does not count what it refuses', async () => {
    const { limiter } = both(world);
    await used(limiter, RATE.limit + 50);
    await world().advance(100);
    expect(await used(limiter, 1)).toMatchObject({ allowed: true });
  });

  it('allows a single use at a time, and shares that are no whole seconds', async () => {
    const { limiter } = both(world);
    const single = { ...RATE, limit: 1 };
    expect(await used(limiter, 1, single)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await used(limiter, 1, single)).toMatchObject({ allowed: false });
    const odd = { name: 'odd', limit: 7, seconds: 600 };
    expect(await used(limiter, 7, odd)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await used(limiter, 1, odd)).toMatchObject({ allowed: false });
  });

  it('counts through every replica, to the last of a hundred uses at once', async () => {
    const { limiter, replica } = both(world);
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, (_, n) => (n % 2 ? limiter : replica).use(RATE, SUBJECT)),
    );
    const allowed = verdicts.filter((verdict) => verdict.allowed);
    expect(allowed.map(({ remaining }) => remaining).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps nobody out for longer than its time when it becomes stricter', async () => {
    const { limiter } = both(world);
    await used(limiter, RATE.limit);
    const stricter = { ...RATE, limit: 2, seconds: 60 };
    expectSeconds((await used(limiter, 1, stricter)).moreAfter, 30);
    await world().advance(60);
    expect(await used(limiter, 1, stricter)).toMatchObject({ allowed: true });
  });
}

function backoffs(world: World): void {
  /** Tries as soon as it is allowed, and returns the waits after each try. */
  async function waits(count: number): Promise<number[]> {
    const { limiter } = both(world);
    const seen: number[] = [];
    for (let n = 0; n < count; n++) {
      const { allowed, retryAfter } = await limiter.try(BACKOFF, SUBJECT);
      expect(allowed).toBe(true);
      seen.push(retryAfter);
      await world().advance(retryAfter);
    }
    return seen;
  }

  it('asks for no wait before the fifth failure, and then for 1, 2, 4 … 900 seconds', async () => {
    const expected = [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900];
    expect(await waits(expected.length)).toEqual(expected);
  });

  it('refuses the tries within the wait, which do not lengthen it', async () => {
    const { limiter, replica } = both(world);
    await waits(13);
    const { retryAfter } = await limiter.try(BACKOFF, SUBJECT);
    expect(retryAfter).toBe(512);
    for (const one of [limiter, replica, limiter]) {
      const refused = await one.try(BACKOFF, SUBJECT);
      expect(refused.allowed).toBe(false);
      expectSeconds(refused.retryAfter, 512);
    }
    await world().advance(512);
    expect(await replica.try(BACKOFF, SUBJECT)).toEqual({ allowed: true, retryAfter: 900 });
  });

  it('lets no more than the free tries through of fifty at once', async () => {
    const { limiter, replica } = both(world);
    const patient = { ...BACKOFF, name: 'patient', free: 3 };
    const tries = Array.from({ length: 50 }, (_, n) => (n % 2 ? limiter : replica).try(patient, SUBJECT));
    const allowed = (await Promise.all(tries)).filter((verdict) => verdict.allowed);
    expect(allowed.map(({ retryAfter }) => retryAfter).sort()).toEqual([0, 0, 1]);
  });

  it('begins anew after it was told to forget, through every replica', async () => {
    const { limiter, replica } = both(world);
    await waits(13);
    await limiter.try(BACKOFF, SUBJECT);
    await replica.forget(BACKOFF, SUBJECT);
    expect(await limiter.try(BACKOFF, SUBJECT)).toEqual({ allowed: true, retryAfter: 0 });
  });

  it('may be told to forget twice, and what it does not know', async () => {
    const { limiter } = both(world);
    await limiter.forget(BACKOFF, SUBJECT);
    await limiter.forget(BACKOFF, SUBJECT);
    expect(await limiter.try(BACKOFF, SUBJECT)).toMatchObject({ allowed: true });
  });

  it('forgets by itself: each failure after the longest wait', async () => {
    const { limiter } = both(world);
    await waits(4);
    await world().advance(4 * 900 - SLACK);
    expect(await limiter.try(BACKOFF, SUBJECT)).toEqual({ allowed: true, retryAfter: 1 });
    await world().advance(5 * 900 + 1);
    expect(await limiter.try(BACKOFF, SUBJECT)).toEqual({ allowed: true, retryAfter: 0 });
  });

  it('gives a patient attacker hardly more tries in a day than one who never rests', async () => {
    const { limiter } = both(world);
    for (const rest of [901, 3 * 900, 6 * 900]) {
      let [tries, seconds] = [0, 0];
      while (seconds < 86_400) {
        const { allowed, retryAfter } = await limiter.try(BACKOFF, SUBJECT);
        if (allowed) tries++;
        const pause = tries % Math.floor(rest / 900) === 0 ? rest : retryAfter;
        await world().advance(pause);
        seconds += pause;
      }
      expect(tries).toBeLessThan(120);
      await limiter.forget(BACKOFF, SUBJECT);
    }
  });
}

function subjects(world: World): void {
  it('are counted apart, and so are rates and backoffs of another name', async () => {
    const { limiter } = both(world);
    await used(limiter, RATE.limit);
    for (const other of ['192.0.2.2', '192.0.2.1 ', '', 'ü\u0000\n:', 'x'.repeat(10_000)]) {
      expect(await limiter.use(RATE, other)).toMatchObject({ allowed: true, remaining: RATE.limit - 1 });
    }
    expect(await limiter.use({ ...RATE, name: 'another' }, SUBJECT)).toMatchObject({ allowed: true });
    const tries = { ...BACKOFF, free: 1 };
    await limiter.try(tries, SUBJECT);
    expect(await limiter.try(tries, '192.0.2.2')).toMatchObject({ allowed: true });
    expect(await limiter.try({ ...tries, name: 'another' }, SUBJECT)).toMatchObject({ allowed: true });
    await limiter.forget({ ...tries, name: 'another' }, SUBJECT);
    expect(await limiter.try(tries, SUBJECT)).toMatchObject({ allowed: false });
  });

  it('are forgotten in time', async () => {
    const { limiter } = both(world);
    for (let n = 0; n < 50; n++) {
      await limiter.use(RATE, `address ${n}`);
      await limiter.try(BACKOFF, `account ${n}`);
    }
    expect(await world().size()).toBe(100);
    await world().advance(901);
    expect(await world().size()).toBe(0);
  });
}

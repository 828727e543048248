import { type Backoff, DependencyUnavailable, type Rate } from '@user-management/domain';
import { redisUrl, startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { patternOf } from '../keys.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { flush } from '../testing/describe-redis.ts';
import { RedisRateLimiter } from './rate-limiter.ts';

const RATE: Rate = { name: 'rate', limit: 3, seconds: 300 };
const BACKOFF: Backoff = { name: 'backoff', free: 1, longest: 900 };

async function world() {
  const { redis } = await connect(redisUrl());
  const raw = await connectRaw(redisUrl());
  await flush(redis);
  return { redis, raw, limiter: new RedisRateLimiter(redis) };
}

describe('a count', () => {
  it('has a short key, which does not show the subject', async () => {
    const { raw, limiter } = await world();
    const subjects = ['ada@example.com', 'x'.repeat(100_000), 'a b\n*'];
    for (const subject of subjects) {
      await limiter.use(RATE, subject);
      await limiter.try(BACKOFF, subject);
    }
    const keys = await raw.keys('*');
    expect(keys).toHaveLength(6);
    for (const key of keys) {
      expect(key).toMatch(/^limit:(?:rate|backoff):[A-Za-z0-9_-]{22}$/);
      expect(patternOf(key)).toBe('limit:*');
    }
  });

  it('expires when it says nothing any more', async () => {
    const { raw, limiter } = await world();
    await limiter.use(RATE, 'a');
    await limiter.use(RATE, 'a');
    const [rate = ''] = await raw.keys('limit:rate:*');
    expect(await raw.pTTL(rate)).toBeGreaterThan(190_000);
    expect(await raw.pTTL(rate)).toBeLessThanOrEqual(200_000);
    await limiter.try(BACKOFF, 'a');
    const [backoff = ''] = await raw.keys('limit:backoff:*');
    expect(await raw.pTTL(backoff)).toBeGreaterThan(890_000);
    expect(await raw.pTTL(backoff)).toBeLessThanOrEqual(900_000);
  });

  it('expires after a day at most, after any number of tries', async () => {
    const { raw, limiter } = await world();
    await limiter.try(BACKOFF, 'a');
    const [key = ''] = await raw.keys('*');
    await raw.set(key, '999999999 0');
    await limiter.try(BACKOFF, 'a');
    expect(await raw.get(key)).toMatch(/^96 /);
    expect(await raw.pTTL(key)).toBeLessThanOrEqual(86_400_000);
  });

  it('is not written when a use is refused', async () => {
    const { raw, limiter } = await world();
    for (let n = 0; n < 3; n++) await limiter.use(RATE, 'a');
    await limiter.try(BACKOFF, 'a');
    const values = async () => Promise.all((await raw.keys('*')).sort().map((key) => raw.get(key)));
    const before = await values();
    expect(await limiter.use(RATE, 'a')).toMatchObject({ allowed: false });
    expect(await limiter.try(BACKOFF, 'a')).toMatchObject({ allowed: false });
    expect(await values()).toEqual(before);
  });

  it('survives that Redis forgets its scripts', async () => {
    const { raw, limiter } = await world();
    await limiter.use(RATE, 'a');
    await raw.scriptFlush();
    expect(await limiter.use(RATE, 'a')).toMatchObject({ allowed: true, remaining: 1 });
  });
});

describe('a poisoned count', () => {
  const YEAR = 365 * 86_400 * 1_000_000;
  const ahead = () => String(Date.now() * 1000 + YEAR);

  it.each(['', 'nonsense', 'nan', '-nan', 'inf', '-inf', '-5', '1e999', '0x10', ' 7 7 7', 'NaN NaN', '5'])(
    'of a rate stops nobody for longer than its time: %j',
    async (value) => {
      const { raw, limiter } = await world();
      await limiter.use(RATE, 'a');
      const [key = ''] = await raw.keys('*');
      await raw.set(key, value);
      expect((await limiter.use(RATE, 'a')).remaining).toBeGreaterThanOrEqual(0);
      expect(await raw.pTTL(key)).toBeLessThanOrEqual(300_000);
    },
  );

  it.each(['', 'nonsense', 'nan nan', 'inf', '5', '-1 -1', '1e999 1e999', `${'9'.repeat(400)} 5`])(
    'of a backoff stops nobody for longer than its longest wait: %j',
    async (value) => {
      const { raw, limiter } = await world();
      await limiter.try(BACKOFF, 'a');
      const [key = ''] = await raw.keys('*');
      await raw.set(key, value);
      expect((await limiter.try(BACKOFF, 'a')).retryAfter).toBeLessThanOrEqual(900);
      expect(await raw.pTTL(key)).toBeLessThanOrEqual(86_400_000);
    },
  );

  it('of another type counts as none', async () => {
    const { raw, limiter } = await world();
    await limiter.use(RATE, 'a');
    await limiter.try(BACKOFF, 'a');
    for (const key of await raw.keys('*')) {
      await raw.del(key);
      await raw.hSet(key, 'a', '1');
    }
    expect(await limiter.use(RATE, 'a')).toMatchObject({ allowed: true, remaining: 2 });
    expect(await limiter.try(BACKOFF, 'a')).toEqual({ allowed: true, retryAfter: 1 });
  });

  it('from a server whose clock was ahead stops nobody for longer than its time', async () => {
    const { raw, limiter } = await world();
    await limiter.use(RATE, 'a');
    await limiter.try(BACKOFF, 'a');
    for (const key of await raw.keys('*')) {
      await raw.set(key, key.startsWith('limit:rate') ? ahead() : `999999 ${ahead()}`);
    }
    expect(await limiter.use(RATE, 'a')).toMatchObject({ allowed: false, remaining: 0, moreAfter: 100 });
    expect(await limiter.try(BACKOFF, 'a')).toEqual({ allowed: false, retryAfter: 900 });
    // The second answers count from the first ones.
    expect((await limiter.use(RATE, 'a')).moreAfter).toBeLessThan(100);
    expect((await limiter.try(BACKOFF, 'a')).retryAfter).toBeLessThan(900);
    for (const key of await raw.keys('*')) {
      expect(await raw.pTTL(key)).toBeGreaterThan(0);
      expect(await raw.pTTL(key)).toBeLessThanOrEqual(86_400_000);
    }
  });
});

it('refuses to answer without Redis', async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const { redis } = await connect(server.url);
  const limiter = new RedisRateLimiter(redis);
  await limiter.use(RATE, 'a');
  await server.stop();
  const unavailable = new DependencyUnavailable('rate limiter');
  await expect(limiter.use(RATE, 'a')).rejects.toThrow(unavailable);
  await expect(limiter.try(BACKOFF, 'a')).rejects.toThrow(unavailable);
  await expect(limiter.forget(BACKOFF, 'a')).rejects.toThrow(unavailable);
});

import {
  type Backoff,
  type BackoffVerdict,
  intervalOf,
  memoryOf,
  mostTries,
  type Rate,
  type RateLimiter,
  type RateVerdict,
  toRateVerdict,
} from '@user-management/domain';
import type { Reply } from '../connection/connection.ts';
import { Script } from '../connection/script.ts';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';

const MICROSECONDS = 1_000_000;

// A value of another type or form counts as none.
const COMMON = `
  local time = redis.call('TIME')
  local now = time[1] * ${MICROSECONDS} + time[2]
  local stored = redis.pcall('GETRANGE', KEYS[1], 0, -1)
  if type(stored) ~= 'string' then stored = '' end
  local function store(value, microseconds)
    redis.call('SET', KEYS[1], value, 'PX', math.ceil(microseconds / 1000))
  end`;

/**
 * GCRA: the key holds when the whole limit is allowed again. That is one whole limit ahead at most, also
 * after a failover to a server whose clock is behind.
 */
const USE = new Script(`${COMMON}
  local interval, whole = tonumber(ARGV[1]), tonumber(ARGV[2])
  local known = tonumber(stored) or now
  local full = math.min(now + whole, known)
  local next = math.max(now, full) + interval
  local allowed = next <= now + whole
  if allowed then full = next end
  if full ~= known then store(full, full - now) end
  return {allowed and 1 or 0, full - now}`);

/** The key holds the tries, and when the next one is allowed, which is one longest wait ahead at most. */
const TRY = new Script(`${COMMON}
  local free, longest, most, memory =
    tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  local tries, known = string.match(stored, '^(%d+) (%d+)$')
  tries, known = math.min(tonumber(tries) or 0, most), tonumber(known) or now
  local left = math.min(known - now, longest)
  local allowed = left <= 0
  if allowed then
    tries = math.min(tries + 1, most)
    left = tries < free and 0 or math.min(longest, ${MICROSECONDS} * 2 ^ (tries - free))
  end
  if allowed or now + left ~= known then
    store(string.format('%.0f %.0f', tries, now + left), tries * memory)
  end
  return {allowed and 1 or 0, left}`);

/**
 * Counts in Redis, by the clock of Redis: one script on one key for each count. The clocks of the replicas of
 * the service play no part.
 */
export class RedisRateLimiter implements RateLimiter {
  readonly #redis: Runner;

  constructor(redis: Redis) {
    this.#redis = onBehalfOf('rate limiter', redis);
  }

  async use(rate: Rate, subject: string): Promise<RateVerdict> {
    const interval = intervalOf(rate);
    const args = [interval, interval * rate.limit];
    const { allowed, left } = await this.#count(USE, keys.limit(rate.name, subject), args);
    return toRateVerdict(rate, allowed, left);
  }

  async try(backoff: Backoff, subject: string): Promise<BackoffVerdict> {
    const { free, longest } = backoff;
    const memory = memoryOf(backoff, 1) * MICROSECONDS;
    const args = [free, longest * MICROSECONDS, mostTries(backoff), memory];
    const { allowed, left } = await this.#count(TRY, keys.limit(backoff.name, subject), args);
    return { allowed, retryAfter: left / MICROSECONDS };
  }

  async forget(backoff: Backoff, subject: string): Promise<void> {
    const key = keys.limit(backoff.name, subject);
    await this.#redis.run(key, (session) => session.send(['DEL', key]));
  }

  async #count(script: Script, key: string, args: readonly number[]) {
    const reply = await this.#redis.run(key, (session) => script.run(session, [key], args.map(String)));
    const [allowed, left] = reply as Reply[];
    return { allowed: allowed === 1, left: Number(left) };
  }
}

import {
  type Backoff,
  type BackoffVerdict,
  type Clock,
  intervalOf,
  memoryOf,
  mostTries,
  type Rate,
  type RateLimiter,
  type RateVerdict,
  toRateVerdict,
  waitAfter,
} from '@user-management/domain';
import { LRUCache } from 'lru-cache';

const MICROSECONDS = 1_000_000;

interface Options {
  readonly clock: Clock;
  /** The limit of subjects. Beyond it, the least recently counted one is forgotten. */
  readonly maxEntries: number;
}

interface Tries {
  readonly count: number;
  /** When the next try is allowed. */
  readonly until: number;
}

/** Counts in the memory of one process. All times are in microseconds. */
export class MemoryRateLimiter implements RateLimiter {
  readonly #clock: Clock;
  /** GCRA: when the whole limit is allowed again. */
  readonly #uses: LRUCache<string, number>;
  readonly #tries: LRUCache<string, Tries>;

  constructor({ clock, maxEntries }: Options) {
    this.#clock = clock;
    // With a resolution above 0, the library would cache the time with a timer of its own.
    const limits = { max: maxEntries, perf: clock, ttlResolution: 0 };
    this.#uses = new LRUCache(limits);
    this.#tries = new LRUCache(limits);
  }

  /** How many subjects are counted. */
  get size(): number {
    for (const counts of [this.#uses, this.#tries]) counts.purgeStale();
    return this.#uses.size + this.#tries.size;
  }

  use(rate: Rate, subject: string): Promise<RateVerdict> {
    const key = keyOf(rate, subject);
    const now = this.#now();
    const interval = intervalOf(rate);
    const whole = interval * rate.limit;
    // A stricter rate, or a clock that was set back, must not keep a subject out for longer than its time.
    const known = Math.max(now, Math.min(this.#uses.get(key) ?? now, now + whole));
    const allowed = known + interval <= now + whole;
    const full = allowed ? known + interval : known;
    this.#uses.set(key, full, { ttl: Math.ceil((full - now) / 1000) });
    return Promise.resolve(toRateVerdict(rate, allowed, full - now));
  }

  try(backoff: Backoff, subject: string): Promise<BackoffVerdict> {
    const key = keyOf(backoff, subject);
    const now = this.#now();
    const { count, until } = this.#tries.get(key) ?? { count: 0, until: now };
    const left = Math.min(until - now, backoff.longest * MICROSECONDS);
    if (left > 0) return Promise.resolve({ allowed: false, retryAfter: left / MICROSECONDS });
    const tries = Math.min(count + 1, mostTries(backoff));
    const retryAfter = waitAfter(backoff, tries);
    const next = { count: tries, until: now + retryAfter * MICROSECONDS };
    this.#tries.set(key, next, { ttl: memoryOf(backoff, tries) * 1000 });
    return Promise.resolve({ allowed: true, retryAfter });
  }

  forget(backoff: Backoff, subject: string): Promise<void> {
    this.#tries.delete(keyOf(backoff, subject));
    return Promise.resolve();
  }

  #now(): number {
    return this.#clock.now() * 1000;
  }
}

const keyOf = ({ name }: Rate | Backoff, subject: string): string => `${name}:${subject}`;

import type { Backoff, BackoffVerdict, Rate, RateVerdict } from '../model/limit.ts';

/**
 * Counts what a subject (an address, an account, a mailbox) does. All replicas share the counts. Each call is
 * one atomic step: racing calls never allow more together than one after the other.
 *
 * A subject is any text. It may come from a client, so the limiter bounds what it keeps of it, and forgets
 * each subject in time. Every implementation passes `describeRateLimiter`. All methods throw
 * {DependencyUnavailable} when the limiter cannot count. A caller must then refuse what it cannot count. Only
 * notices pass, because they tell of what has happened.
 */
export interface RateLimiter {
  /** Counts a use that is allowed. A refused use does not count, so the next one is not further away. */
  use(rate: Rate, subject: string): Promise<RateVerdict>;
  /**
   * Counts a try that is allowed, as one that fails: tries in flight must not escape the count. A refused try
   * does not count.
   */
  try(backoff: Backoff, subject: string): Promise<BackoffVerdict>;
  /** Forgets the tries, because one succeeded. Idempotent. */
  forget(backoff: Backoff, subject: string): Promise<void>;
}

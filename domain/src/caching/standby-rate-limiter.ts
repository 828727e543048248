import { unlessUnavailable } from '../model/errors.ts';
import type { Backoff, BackoffVerdict, Rate, RateVerdict } from '../model/limit.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';

/**
 * Development's limiter: it asks the primary while that answers, and the standby while it does not. Neither
 * knows the counts of the other, which development can live with.
 */
export class StandbyRateLimiter implements RateLimiter {
  readonly #primary: RateLimiter;
  readonly #standby: RateLimiter;

  constructor(primary: RateLimiter, standby: RateLimiter) {
    this.#primary = primary;
    this.#standby = standby;
  }

  async use(rate: Rate, subject: string): Promise<RateVerdict> {
    const answer = await unlessUnavailable(this.#primary.use(rate, subject));
    return answer ? answer.value : this.#standby.use(rate, subject);
  }

  async try(backoff: Backoff, subject: string): Promise<BackoffVerdict> {
    const answer = await unlessUnavailable(this.#primary.try(backoff, subject));
    return answer ? answer.value : this.#standby.try(backoff, subject);
  }

  async forget(backoff: Backoff, subject: string): Promise<void> {
    await this.#standby.forget(backoff, subject);
    await unlessUnavailable(this.#primary.forget(backoff, subject));
  }
}

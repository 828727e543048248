import {
  type Challenge,
  type ChallengeRepository,
  CodeInvalid,
  isUsedUp,
  type RateLimiter,
} from '@user-management/domain';
import { override } from './override.ts';

interface Observer {
  /** @param limit the name of a limit. */
  rateLimited(limit: string): void;
  accountRefused(account: string): void;
}

/** Decorates the limiter of the use cases: it reports each refusal. */
export const countedLimiter = (limiter: RateLimiter, observer: Observer): RateLimiter => ({
  async use(rate, subject) {
    const verdict = await limiter.use(rate, subject);
    if (!verdict.allowed) observer.rateLimited(rate.name);
    return verdict;
  },
  async try(backoff, subject) {
    const verdict = await limiter.try(backoff, subject);
    if (!verdict.allowed) {
      observer.rateLimited(backoff.name);
      if (backoff.name === 'account') observer.accountRefused(subject);
    }
    return verdict;
  },
  forget: (backoff, subject) => limiter.forget(backoff, subject),
});

/** Decorates the challenges: it reports each code for a challenge that has had its five wrong ones. */
export function countedChallenges(challenges: ChallengeRepository, observer: Observer): ChallengeRepository {
  return override(challenges, {
    async update(id, change) {
      let last: Challenge | undefined;
      try {
        return await challenges.update(id, (current) => change((last = current)));
      } catch (error) {
        if (error instanceof CodeInvalid && last && isUsedUp(last)) observer.rateLimited('code');
        throw error;
      }
    },
  });
}

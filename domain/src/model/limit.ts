/** At most `limit` uses at once, and as many again, evenly spread, in each further `seconds`. */
export interface Rate {
  /** Keeps the counts of several rates apart. */
  readonly name: string;
  readonly limit: number;
  readonly seconds: number;
}

/**
 * Tries that follow each other: `free` of them without a wait, then one second, two, four, and so on up to
 * `longest`.
 */
export interface Backoff {
  /** Keeps the counts of several backoffs apart. */
  readonly name: string;
  readonly free: number;
  /** In seconds. */
  readonly longest: number;
}

/** All times are in seconds. */
export interface RateVerdict {
  readonly allowed: boolean;
  /** How many more uses are allowed now. */
  readonly remaining: number;
  /** Until one more use is allowed than now. */
  readonly moreAfter: number;
}

export interface BackoffVerdict {
  readonly allowed: boolean;
  /** In seconds, until the next try is allowed. */
  readonly retryAfter: number;
}

const MICROSECONDS = 1_000_000;

/** The microseconds after which one more use is allowed. Whole, so that sums of them are exact. */
export const intervalOf = ({ limit, seconds }: Rate): number => Math.ceil((seconds * MICROSECONDS) / limit);

/** @param left the microseconds after which the whole limit is allowed again. */
export function toRateVerdict(rate: Rate, allowed: boolean, left: number): RateVerdict {
  const interval = intervalOf(rate);
  const whole = interval * rate.limit;
  const remaining = Math.floor((whole - left) / interval);
  const moreAt = whole - (remaining + 1) * interval;
  return { allowed, remaining, moreAfter: (left - moreAt) / MICROSECONDS };
}

/** A count of tries is kept for a day at most. */
const LONGEST_MEMORY = 86_400;

/** The count that no further try raises. */
export const mostTries = ({ longest }: Backoff): number => Math.max(1, Math.floor(LONGEST_MEMORY / longest));

/**
 * The seconds after which the tries are forgotten: the longest wait for each of them. So a patient attacker,
 * who lets the service forget, gets no more tries in a day than one who waits each time.
 */
export const memoryOf = (backoff: Backoff, tries: number): number => tries * backoff.longest;

/** The wait in seconds after this many tries. */
export const waitAfter = ({ free, longest }: Backoff, tries: number): number =>
  tries < free ? 0 : Math.min(longest, 2 ** (tries - free));

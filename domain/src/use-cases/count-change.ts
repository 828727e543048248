import { RateLimited, unlessUnavailable } from '../model/errors.ts';
import type { Rate } from '../model/limit.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { Caller } from './authenticate.ts';

/** Which changes share one count. */
interface Changes {
  readonly rate: Rate;
  readonly subject: string;
}

const PROFILE: Rate = { name: 'profile', limit: 60, seconds: 3_600 };
const ENDING: Rate = { name: 'ending', limit: 10, seconds: 3_600 };

export const changesOfProfile = ({ user }: Caller): Changes => ({ rate: PROFILE, subject: user.id });

/** Each session has its own count. Otherwise a thief of one could keep the owner from ending it. */
export const endingsBy = ({ user, record }: Caller): Changes => ({
  rate: ENDING,
  subject: `${user.id} ${record.sessionId ?? record.deviceId}`,
});

/**
 * Counts a change that needs no password and adds an event. Events stay for months. Without a limit, one
 * token could fill the store, and bury the events that its owner has to see.
 *
 * It lets a change pass that cannot be counted: the loss of the counts must not keep a session alive.
 * @throws {RateLimited}
 */
export async function countChange(limiter: RateLimiter, { rate, subject }: Changes): Promise<void> {
  const counted = await unlessUnavailable(limiter.use(rate, subject));
  if (counted?.value.allowed === false) throw new RateLimited(counted.value.moreAfter);
}

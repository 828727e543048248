import type { Digest } from '../model/digest.ts';
import type { Email } from '../model/email.ts';
import { RateLimited } from '../model/errors.ts';
import type { Backoff } from '../model/limit.ts';
import type { User } from '../model/user.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { Caller } from './authenticate.ts';

/** Which tries of a password share one count. */
export interface Tries {
  readonly backoff: Backoff;
  readonly subject: string;
}

/** After five failures: 1, 2, 4 … 900 seconds between tries. */
const PASSWORDS = { free: 5, longest: 900 };
const ACCOUNT: Backoff = { name: 'account', ...PASSWORDS };
const DEVICE: Backoff = { name: 'device', ...PASSWORDS };
const SESSION: Backoff = { name: 'session', ...PASSWORDS };

/** All logins of an account from devices that are not known. The account need not exist. */
export const triesOfStrangers = (account: Email): Tries => ({ backoff: ACCOUNT, subject: account });

/** A new password lets the device in at once. A thief of a session cannot choose one to begin a new count. */
export const triesOnDevice = (account: Email, token: Digest, { passwordChangedAt }: User): Tries => ({
  backoff: DEVICE,
  subject: `${account} ${token} ${passwordChangedAt}`,
});

/** A thief of a token cannot start another session, so this is one count for all of their guesses. */
export const triesInSession = ({ user, record }: Caller): Tries => ({
  backoff: SESSION,
  subject: `${user.id} ${record.sessionId ?? record.deviceId}`,
});

/** Counts before the password is checked: tries in flight must not escape the count. @throws {RateLimited} */
export async function countTry(limiter: RateLimiter, { backoff, subject }: Tries): Promise<void> {
  const { allowed, retryAfter } = await limiter.try(backoff, subject);
  if (!allowed) throw new RateLimited(retryAfter);
}

export const forgetTries = (limiter: RateLimiter, { backoff, subject }: Tries): Promise<void> =>
  limiter.forget(backoff, subject);

import type { Email } from '../model/email.ts';
import type { Rate } from '../model/limit.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { Secrets } from '../ports/secrets.ts';
import { type IssuedChallenge, newToken } from './issue-challenge.ts';

export interface MailLimitPorts {
  secrets: Secrets;
  limiter: RateLimiter;
  mailRate: Rate;
}

/**
 * Counts a mail to an address. Beyond the limit, nothing is sent and nothing changes: the challenge before
 * stays in force, so a stranger who asks too often does not block the owner. The answer is the same.
 * @throws {DependencyUnavailable}
 */
export async function unlessSilenced(
  { secrets, limiter, mailRate }: MailLimitPorts,
  recipient: Email,
  ttl: number,
  issue: () => Promise<IssuedChallenge>,
): Promise<IssuedChallenge> {
  const { allowed } = await limiter.use(mailRate, recipient);
  return allowed ? issue() : { token: newToken(secrets), expiresIn: ttl };
}

import type { Client } from '../model/device.ts';
import { type Email, mailboxOf } from '../model/email.ts';
import { unlessUnavailable } from '../model/errors.ts';
import type { Rate } from '../model/limit.ts';
import type { MailKind } from '../model/mail.ts';
import type { MailPolicy } from '../model/mail-policy.ts';
import type { QueuedMail } from '../model/queued-mail.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { Secrets } from '../ports/secrets.ts';
import { type IssuedChallenge, newToken } from './issue-challenge.ts';
import { newMail, type Recipient } from './new-mail.ts';

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
  ports: MailLimitPorts,
  recipient: Email,
  ttl: number,
  issue: () => Promise<IssuedChallenge>,
): Promise<IssuedChallenge> {
  const { limiter, mailRate } = ports;
  const { allowed } = await limiter.use(mailRate, mailboxOf(recipient));
  return allowed ? issue() : silence(ports, ttl);
}

/** The answer to a request for which nothing is sent. */
export const silence = ({ secrets }: Pick<MailLimitPorts, 'secrets'>, ttl: number): IssuedChallenge => ({
  token: newToken(secrets),
  expiresIn: ttl,
});

export interface NoticePorts extends Omit<MailLimitPorts, 'secrets'> {
  identifiers: Identifiers;
  clock: Clock;
  mail: MailPolicy | null;
}

/**
 * A notice, or nothing where the service sends no mails, or beyond the limit: anybody can register with the
 * address of somebody else, and then cause notices. Notices have counts of their own, one for each kind.
 * Otherwise a thief could silence one by causing other mails. A notice that cannot be counted is sent: a
 * limiter that is away must not keep the session of a thief alive.
 */
export async function notice(
  ports: NoticePorts,
  kind: MailKind,
  recipient: Recipient,
  client: Client,
): Promise<readonly QueuedMail[]> {
  const { limiter, mailRate, mail } = ports;
  if (!mail) return [];
  const rate = { ...mailRate, name: 'notice' };
  const counted = await unlessUnavailable(limiter.use(rate, `${kind} ${mailboxOf(recipient.email)}`));
  return counted?.value.allowed === false ? [] : [newMail(ports, kind, recipient, client)];
}

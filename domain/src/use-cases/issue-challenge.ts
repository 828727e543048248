import type { Challenge, ChallengeToken, Purpose } from '../model/challenge.ts';
import type { Sealed } from '../model/digest.ts';
import { MailNotConfigured } from '../model/errors.ts';
import type { MailPolicy } from '../model/mail-policy.ts';
import type { QueuedMail } from '../model/queued-mail.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { ChallengeRepository } from '../ports/challenge-repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { Secrets } from '../ports/secrets.ts';
import { sealToken } from './codes.ts';

export interface ChallengePorts {
  challenges: ChallengeRepository;
  secrets: Secrets;
  clock: Clock;
  mail: MailPolicy | null;
}

/** What the one who asked for a code gets. */
export interface IssuedChallenge {
  readonly token: ChallengeToken;
  /** Seconds. */
  readonly expiresIn: number;
}

interface ChallengeRequest extends Pick<Challenge, 'userId' | 'email' | 'state' | 'application'> {
  readonly purpose: Purpose;
  /** What the challenge is about. A new challenge about the same thing ends the one before. */
  readonly about: string;
  /** Seconds. */
  readonly ttl: number;
  /** The mails to send. None for an address that gets no code: the answer is the same. */
  readonly mails: (proof: { challenge: Sealed; expiresAt: Timestamp }) => readonly QueuedMail[];
}

/** A token that nobody stored proves nothing, and looks like the others. */
export const newToken = (secrets: Secrets): ChallengeToken =>
  `chl_${secrets.digest(secrets.newSecret()).slice(0, 32)}` as ChallengeToken;

/** @throws {MailNotConfigured} */
export function configured(mail: MailPolicy | null): MailPolicy {
  if (!mail) throw new MailNotConfigured();
  return mail;
}

/**
 * Stores a challenge together with the mail that brings its code. The answer never waits for the mail.
 * @throws {MailNotConfigured | DependencyUnavailable}
 */
export async function issueChallenge(
  { challenges, secrets, clock, mail }: ChallengePorts,
  { about, ttl, mails, ...request }: ChallengeRequest,
): Promise<IssuedChallenge> {
  const token = newToken(secrets);
  const challenge = sealToken(secrets, configured(mail), token);
  const createdAt = clock.now();
  const expiresAt = (createdAt + ttl * 1000) as Timestamp;
  const place = secrets.digest(`${request.purpose} ${about}`);
  const issued = { id: secrets.digest(token), place, failures: 0, createdAt, expiresAt, version: 1 };
  await challenges.issue({ ...request, ...issued }, { events: [], mails: mails({ challenge, expiresAt }) });
  return { token, expiresIn: ttl };
}

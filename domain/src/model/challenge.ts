import type { Brand } from './brand.ts';
import type { Device } from './device.ts';
import type { Digest } from './digest.ts';
import type { Email } from './email.ts';
import { CodeInvalid, ValidationFailed } from './errors.ts';
import type { PasswordHash } from './password.ts';
import type { Timestamp } from './timestamp.ts';
import type { Registration } from './user.ts';
import type { UserId } from './user-id.ts';

/**
 * `chl_` and 128 random bits in hex. The one who asked for a code has it. It is a secret: with the code it
 * proves an address.
 */
export type ChallengeToken = Brand<string, 'ChallengeToken'>;

export const CHALLENGE_PATTERN = /^chl_[0-9a-f]{32}$/;

const PURPOSES = [
  'password-reset',
  'email-verification',
  'email-change',
  'email-undo',
  'registration',
] as const;

export type Purpose = (typeof PURPOSES)[number];

/** What a registration leaves until its address is proven. */
export interface Application {
  readonly registration: Registration;
  readonly passwordHash: PasswordHash;
  readonly device: Device;
}

/**
 * A code was sent to an address, and somebody waits for it. The stores hold neither the token nor the code,
 * so a copy of a store gives no code away. Immutable.
 */
export interface Challenge {
  /** The digest of the token. */
  readonly id: Digest;
  readonly purpose: Purpose;
  /** The digest of the purpose and the subject. A new challenge ends the one before of the same place. */
  readonly place: Digest;
  /** `null`: no user exists, or not yet. */
  readonly userId: UserId | null;
  /** The address that becomes the user's, or that is proven. `null` in a reset. */
  readonly email: Email | null;
  /** The digest of what must not change before the code is used. The use changes it: a code works once. */
  readonly state: Digest | null;
  readonly application: Application | null;
  /** Wrong codes, and codes that are being compared. */
  readonly failures: number;
  readonly createdAt: Timestamp;
  readonly expiresAt: Timestamp;
  /** 1 at first. Every change adds 1. */
  readonly version: number;
}

/** This number of wrong codes ends a challenge. A guess has a chance of 5 in 2^50. */
const MOST_FAILURES = 5;

/** Counts an attempt before it is compared. */
export const withAttempt = (challenge: Challenge): Challenge => ({
  ...challenge,
  failures: challenge.failures + 1,
  version: challenge.version + 1,
});

/** The attempt that was counted had the right code. */
export const withoutAttempt = (challenge: Challenge): Challenge => ({
  ...challenge,
  failures: Math.max(0, challenge.failures - 1),
  version: challenge.version + 1,
});

/** The user of the application exists now. */
export const withoutApplication = (challenge: Challenge): Challenge => ({
  ...challenge,
  application: null,
  version: challenge.version + 1,
});

export const isUsedUp = ({ failures }: Challenge): boolean => failures >= MOST_FAILURES;

export const hasEnded = (challenge: Challenge, now: Timestamp): boolean =>
  isUsedUp(challenge) || now >= challenge.expiresAt;

/** @throws {CodeInvalid} A malformed token gets the same answer as an unknown one. */
export function parseChallengeToken(input: unknown): ChallengeToken {
  if (typeof input !== 'string' || !CHALLENGE_PATTERN.test(input)) throw new CodeInvalid();
  return input as ChallengeToken;
}

/** A store's value. @throws {ValidationFailed} */
export function parsePurpose(input: unknown): Purpose {
  const purpose = PURPOSES.find((candidate) => candidate === input);
  if (!purpose) throw new ValidationFailed('must be the purpose of a challenge');
  return purpose;
}

import type { Brand } from './brand.ts';
import type { Email } from './email.ts';
import { Unauthenticated } from './errors.ts';
import type { DeviceId } from './profile.ts';
import type { Timestamp } from './timestamp.ts';
import type { UserId } from './user.ts';

/** A bearer token: `atk_` and 256 random bits in base64url. It is a secret. */
export type AuthToken = Brand<string, 'AuthToken'>;

// The last of 43 base64url characters carries 4 bits of the 256; the other two bits are zero.
export const AUTH_TOKEN_PATTERN = /^atk_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** What the service stores about a token that it issued. */
export interface AuthTokenRecord {
  readonly userId: UserId;
  readonly email: Email;
  readonly deviceId: DeviceId;
  /** Seconds from `createdAt` until the token stops working. */
  readonly expiresIn: number;
  readonly createdAt: Timestamp;
}

/** @throws {Unauthenticated} when it cannot be a token of this service. */
export function parseAuthToken(input: unknown): AuthToken {
  if (typeof input !== 'string' || !AUTH_TOKEN_PATTERN.test(input)) {
    throw new Unauthenticated('The token is malformed.');
  }
  return input as AuthToken;
}

export const hasExpired = (
  { createdAt, expiresIn }: Pick<AuthTokenRecord, 'createdAt' | 'expiresIn'>,
  now: Timestamp,
): boolean => now >= createdAt + expiresIn * 1000;

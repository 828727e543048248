import type { Brand } from './brand.ts';
import { type Secret, SECRET_TEXT } from './digest.ts';
import type { Email } from './email.ts';
import { Unauthenticated } from './errors.ts';
import type { DeviceId } from './profile.ts';
import type { SessionId } from './session-id.ts';
import type { Timestamp } from './timestamp.ts';
import type { UserId } from './user-id.ts';

/** A bearer token: `atk_` and 256 random bits in base64url. It is a secret. */
export type AuthToken = Brand<string, 'AuthToken'>;

export const AUTH_TOKEN_PATTERN = new RegExp(`^atk_${SECRET_TEXT}$`);

/** What the service stores about a token that it issued. */
export interface AuthTokenRecord {
  readonly userId: UserId;
  /** `null` in a token of a version of the service that had no sessions. */
  readonly sessionId: SessionId | null;
  /** The user's session epoch when the token was issued. */
  readonly epoch: number;
  readonly email: Email;
  readonly deviceId: DeviceId;
  /** Seconds from `createdAt` until the token stops working. */
  readonly expiresIn: number;
  readonly createdAt: Timestamp;
}

export const authTokenOf = (secret: Secret): AuthToken => `atk_${secret}` as AuthToken;

/** @throws {Unauthenticated} when it cannot be a token of this service. */
export function parseAuthToken(input: unknown): AuthToken {
  if (!isAuthToken(input)) throw new Unauthenticated('The token is malformed.');
  return input;
}

/** Whether it can be a token of this service. */
export const isAuthToken = (input: unknown): input is AuthToken =>
  typeof input === 'string' && AUTH_TOKEN_PATTERN.test(input);

/** When the token stops working. */
export const expiryOf = ({
  createdAt,
  expiresIn,
}: Pick<AuthTokenRecord, 'createdAt' | 'expiresIn'>): Timestamp =>
  (createdAt + expiresIn * 1000) as Timestamp;

/** The record of a token that expires at `at`, to the next second. */
export const expiringAt = (record: AuthTokenRecord, at: Timestamp): AuthTokenRecord => ({
  ...record,
  expiresIn: Math.max(1, Math.ceil((at - record.createdAt) / 1000)),
});

export const hasExpired = (
  record: Pick<AuthTokenRecord, 'createdAt' | 'expiresIn'>,
  now: Timestamp,
): boolean => now >= expiryOf(record);

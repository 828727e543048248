import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import type { Timestamp } from './timestamp.ts';

/** `usr_` and the 32 hex digits of a UUIDv7 (RFC 9562). */
export type UserId = Brand<string, 'UserId'>;

export const USER_ID_PATTERN = /^usr_[0-9a-f]{32}$/;

/** @throws {ValidationFailed} */
export function parseUserId(input: unknown): UserId {
  if (typeof input !== 'string' || !USER_ID_PATTERN.test(input)) {
    throw new ValidationFailed('must be usr_ and 32 hex digits');
  }
  return input as UserId;
}

/** The least id of a user who was added at that time or later: an id begins with its time. */
export const firstUserIdAt = (time: Timestamp): UserId =>
  `usr_${time.toString(16).padStart(12, '0')}${'0'.repeat(20)}` as UserId;

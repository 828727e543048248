import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import type { Timestamp } from './timestamp.ts';

/** `ses_` and the 32 hex digits of a UUIDv7 (RFC 9562). */
export type SessionId = Brand<string, 'SessionId'>;

export const SESSION_ID_PATTERN = /^ses_[0-9a-f]{32}$/;

/** When the session started, from its id. */
export const sessionTime = (id: SessionId): Timestamp => parseInt(id.slice(4, 16), 16) as Timestamp;

/** @throws {ValidationFailed} */
export function parseSessionId(input: unknown): SessionId {
  if (typeof input !== 'string' || !SESSION_ID_PATTERN.test(input)) {
    throw new ValidationFailed('must be ses_ and 32 hex digits');
  }
  return input as SessionId;
}

import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';

/** `msg_` and the 32 hex digits of a UUIDv7 (RFC 9562). */
export type MessageId = Brand<string, 'MessageId'>;

const MESSAGE_ID_PATTERN = /^msg_[0-9a-f]{32}$/;

/** @throws {ValidationFailed} */
export function parseMessageId(input: unknown): MessageId {
  if (typeof input !== 'string' || !MESSAGE_ID_PATTERN.test(input)) {
    throw new ValidationFailed('must be msg_ and 32 hex digits');
  }
  return input as MessageId;
}

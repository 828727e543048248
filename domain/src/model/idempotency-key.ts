import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';

/**
 * Chosen by the client, so that it can repeat a request whose answer was lost: 1 to 128 visible ASCII
 * characters. (IETF draft httpapi-idempotency-key-header.)
 */
export type IdempotencyKey = Brand<string, 'IdempotencyKey'>;

export const IDEMPOTENCY_KEY_PATTERN = /^[!-~]{1,128}$/;

/** @throws {ValidationFailed} */
export function parseIdempotencyKey(input: unknown): IdempotencyKey {
  if (typeof input !== 'string' || !IDEMPOTENCY_KEY_PATTERN.test(input)) {
    throw new ValidationFailed('must have 1 to 128 visible ASCII characters');
  }
  return input as IdempotencyKey;
}

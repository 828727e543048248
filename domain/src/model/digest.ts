import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';

/** The SHA-256 of a secret, in 64 hex digits. Stores hold it instead of the secret. */
export type Digest = Brand<string, 'Digest'>;

/** 256 random bits in base64url: 43 characters. */
export type Secret = Brand<string, 'Secret'>;

const DIGEST_PATTERN = /^[0-9a-f]{64}$/;

/**
 * The pattern of a secret. The last of 43 base64url characters carries 4 bits of the 256. The other two bits
 * are zero.
 */
export const SECRET_TEXT = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]';

const SECRET_PATTERN = new RegExp(`^${SECRET_TEXT}$`);

/** @throws {ValidationFailed} */
export function parseDigest(input: unknown): Digest {
  if (typeof input !== 'string' || !DIGEST_PATTERN.test(input)) {
    throw new ValidationFailed('must be a SHA-256 in hex');
  }
  return input as Digest;
}

/** @throws {ValidationFailed} The message does not contain the input. */
export function parseSecret(input: unknown): Secret {
  if (typeof input !== 'string' || !SECRET_PATTERN.test(input)) {
    throw new ValidationFailed('must be 256 bits in base64url');
  }
  return input as Secret;
}

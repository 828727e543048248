import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';

/** The SHA-256 of a secret, in 64 hex digits. Stores hold it instead of the secret. */
export type Digest = Brand<string, 'Digest'>;

/** 256 random bits in base64url: 43 characters. */
export type Secret = Brand<string, 'Secret'>;

/** A text that is encrypted and authenticated, in base64url. */
export type Sealed = Brand<string, 'Sealed'>;

const SEALED_PATTERN = /^[A-Za-z0-9_-]{38,512}$/;

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

/** A store's value. @throws {ValidationFailed} */
export function parseSealed(input: unknown): Sealed {
  if (typeof input !== 'string' || !SEALED_PATTERN.test(input)) {
    throw new ValidationFailed('must be an encrypted text in base64url');
  }
  return input as Sealed;
}

import type { Digest, Sealed, Secret } from '../model/digest.ts';

/**
 * Works on secrets that are impossible to guess, such as tokens. A password needs a {PasswordHasher}.
 */
export interface Secrets {
  /** 256 bits from a cryptographic source. */
  newSecret(): Secret;
  /** SHA-256. */
  digest(secret: string): Digest;
  /** Compares in constant time. */
  equal(a: Digest, b: Digest): boolean;
  /**
   * HMAC-SHA-256 of `label` under `key` (RFC 2104): always the same secret for the same arguments. It reveals
   * nothing about `key`, and nobody without `key` can compute it.
   */
  derive(key: Secret, label: string): Secret;
  /** Encrypts and authenticates a text (AES-256-GCM). The same text gives another result each time. */
  seal(key: Secret, text: string): Sealed;
  /** @returns the text, or `undefined` when it was sealed with another key or has been changed. */
  unseal(key: Secret, sealed: Sealed): string | undefined;
}

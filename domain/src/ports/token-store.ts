import type { AuthTokenRecord } from '../model/auth-token.ts';
import type { Digest } from '../model/digest.ts';
import type { Timestamp } from '../model/timestamp.ts';

/**
 * Holds tokens until they expire. It never sees a token, only the digest, so a copy of the store lets nobody
 * in. Every implementation passes `describeTokenStore`.
 *
 * - After `save` is acknowledged, every replica finds the token until `expiresIn` seconds after `createdAt`.
 *   A second `save` replaces the record.
 * - After `revoke` is acknowledged, no replica finds the token.
 * - All methods throw {DependencyUnavailable} when the store cannot tell. There is no answer by default.
 */
export interface TokenStore {
  save(token: Digest, record: AuthTokenRecord): Promise<void>;
  find(token: Digest): Promise<AuthTokenRecord | undefined>;
  /**
   * Lets the token expire at `at`, which is earlier than it would otherwise. After this is acknowledged, no
   * replica finds it from then on. Idempotent. The token need not exist.
   */
  expire(token: Digest, at: Timestamp): Promise<void>;
  /** Idempotent. The token need not exist. */
  revoke(token: Digest): Promise<void>;
}

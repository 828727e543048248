import type { AuthTokenRecord } from '../model/auth-token.ts';
import type { Digest } from '../model/digest.ts';

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
  /** Idempotent. The token need not exist. */
  revoke(token: Digest): Promise<void>;
}

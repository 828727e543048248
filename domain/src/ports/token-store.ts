import type { AuthToken, AuthTokenRecord } from '../model/auth-token.ts';

/**
 * Holds tokens until they expire. It stores the SHA-256 of a token, never the token itself, so a copy of the
 * store lets nobody in. Every implementation passes `describeTokenStore`.
 *
 * - After `save` is acknowledged, every replica finds the token until `expiresIn` seconds after `createdAt`.
 * - After `revoke` is acknowledged, no replica finds the token.
 * - All methods throw {DependencyUnavailable} when the store cannot tell. There is no answer by default.
 */
export interface TokenStore {
  save(token: AuthToken, record: AuthTokenRecord): Promise<void>;
  find(token: AuthToken): Promise<AuthTokenRecord | undefined>;
  /** Idempotent. The token need not exist. */
  revoke(token: AuthToken): Promise<void>;
}

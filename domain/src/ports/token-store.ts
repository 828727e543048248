import type { AuthToken, AuthTokenRecord } from '../model/auth-token.ts';

/**
 * Where tokens live until they expire. What is stored does not contain the token, only its SHA-256: a copy of
 * the store lets nobody in. Every implementation passes `describeTokenStore`.
 *
 * - A token that `save` has acknowledged is found by every replica, until `expiresIn` seconds after `createdAt`.
 * - A token whose `revoke` was acknowledged is found by no replica, from then on.
 * - All throw {DependencyUnavailable} when the store cannot tell: never is a token let in or turned away by default.
 */
export interface TokenStore {
  save(token: AuthToken, record: AuthTokenRecord): Promise<void>;
  find(token: AuthToken): Promise<AuthTokenRecord | undefined>;
  /** May be called twice, and for a token that was never saved. */
  revoke(token: AuthToken): Promise<void>;
}

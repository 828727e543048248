import type { AuthToken } from '../model/auth-token.ts';
import type { TokenStore } from '../ports/token-store.ts';

/** Kills the token, at once and on every replica. @throws {DependencyUnavailable} */
export const logOut =
  ({ tokens }: { tokens: TokenStore }) =>
  (token: AuthToken): Promise<void> =>
    tokens.revoke(token);

import { type AuthToken, type AuthTokenRecord, hasExpired } from '../model/auth-token.ts';
import { Forbidden, Unauthenticated } from '../model/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { TokenStore } from '../ports/token-store.ts';

interface Ports {
  tokens: TokenStore;
  clock: Clock;
}

/** Tells whose token it is. @throws {Unauthenticated | DependencyUnavailable} */
export const authenticate =
  ({ tokens, clock }: Ports) =>
  async (token: AuthToken): Promise<AuthTokenRecord> => {
    const record = await tokens.find(token);
    // The store expires tokens itself. This covers a store whose clock is behind, or that lost the expiry.
    if (!record || hasExpired(record, clock.now())) throw new Unauthenticated();
    return record;
  };

/** Users have access to themselves only. @throws {Forbidden} */
export function authorise(caller: Pick<AuthTokenRecord, 'userId'>, userId: string): void {
  if (caller.userId !== userId) throw new Forbidden();
}

import { BoundedMap } from '../caching/bounded-map.ts';
import { type AuthToken, type AuthTokenRecord, hasExpired } from '../model/auth-token.ts';
import type { Client } from '../model/device.ts';
import type { Digest } from '../model/digest.ts';
import { Forbidden, Unauthenticated } from '../model/errors.ts';
import { isRevoked } from '../model/revocations.ts';
import type { User } from '../model/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { NearCallers } from '../ports/near-callers.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { NoteSeen } from './note-seen.ts';

interface Ports {
  nearCallers: NearCallers;
  users: UserRepository;
  tokens: TokenStore;
  secrets: Secrets;
  clock: Clock;
  noteSeen: NoteSeen;
}

/** The one who sent a request. */
export interface Caller {
  readonly token: Digest;
  readonly record: AuthTokenRecord;
  /** As of the request: not older than any change that was acknowledged before it arrived. */
  readonly user: User;
  readonly client: Client;
}

/** Bounds the memory of the process to about 3 MB. */
const MOST_REMEMBERED = 10_000;

/**
 * Tells whose token it is. A token works while its record is found and not expired, and its user exists, is
 * active and has not revoked the session.
 * @throws {Unauthenticated | DependencyUnavailable}
 */
export const authenticate = ({ nearCallers, users, tokens, secrets, clock, noteSeen }: Ports) => {
  // A digest takes as long as the other steps of a check together. The process was shown these tokens, and
  // they never leave it. A guess is not remembered.
  const digests = new BoundedMap<AuthToken, Digest>(MOST_REMEMBERED);

  return async (authToken: AuthToken, client: Client): Promise<Caller> => {
    const remembered = digests.get(authToken);
    const token = remembered ?? secrets.digest(authToken);
    const near = await nearCallers.find(token);
    const record = near?.record ?? (await tokens.find(token));
    const now = clock.now();
    // The store expires tokens itself. This covers a store whose clock is behind, or that lost the expiry.
    if (!record || hasExpired(record, now)) throw new Unauthenticated();
    const user = near?.user ?? (await users.findById(record.userId));
    if (user?.status !== 'active') throw new Unauthenticated();
    if (isRevoked(user.revocations, { id: record.sessionId, epoch: record.epoch })) {
      throw new Unauthenticated();
    }
    noteSeen(record, now);
    if (remembered === undefined) digests.set(authToken, token);
    return { token, record, user, client };
  };
};

/** Users have access to themselves only. @throws {Forbidden} */
export function authorise(caller: { readonly user: Pick<User, 'id'> }, userId: string): void {
  if (caller.user.id !== userId) throw new Forbidden();
}

import { Unauthenticated } from '../model/errors.ts';
import { isRevoked, revokeAll, revokeOthers, type Revocations } from '../model/revocations.ts';
import { withRevocations } from '../model/user.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { Caller } from './authenticate.ts';

/**
 * Ends all the caller's sessions, or all but the one in use, with their tokens. It is one write, however many
 * sessions there are. @throws {Unauthenticated | DependencyUnavailable}
 */
export const logOutEverywhere =
  ({ users }: { users: UserRepository }) =>
  async ({ user, record }: Caller, keep: 'none' | 'this'): Promise<void> => {
    const revoke = keep === 'this' ? othersThan(record) : revokeAll;
    await users.update(user.id, (current) => withRevocations(current, revoke(current.revocations)));
  };

const othersThan =
  ({ sessionId, epoch }: Caller['record']) =>
  (revocations: Revocations): Revocations => {
    if (sessionId === null) return revokeAll(revocations);
    // Somebody ended the caller's session after it was authenticated. To keep it would bring it back.
    if (isRevoked(revocations, { id: sessionId, epoch })) throw new Unauthenticated();
    return revokeOthers(revocations, sessionId);
  };

import { Unauthenticated, UserNotFound } from '../model/errors.ts';
import { isRevoked, revokeAll, revokeOthers, type Revocations } from '../model/revocations.ts';
import type { Origin } from '../model/event.ts';
import { type User, withRevocations } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { Caller } from './authenticate.ts';
import { byCaller, effectOf } from './new-event.ts';

interface Ports {
  users: UserRepository;
  identifiers: Identifiers;
  clock: Clock;
}

/**
 * Ends all the caller's sessions, or all but the one in use, with their tokens. It is one write, however many
 * sessions there are, and one event without the id of a session.
 * @throws {Unauthenticated | DependencyUnavailable}
 */
export const logOutEverywhere =
  (ports: Ports) =>
  async (caller: Caller, keep: 'none' | 'this'): Promise<void> => {
    const { user, record } = caller;
    const revoke = keep === 'this' ? othersThan(record) : revokeAll;
    const origin = { ...byCaller(caller), sessionId: null };
    await ports.users
      .update(
        user.id,
        (current) => withRevocations(current, revoke(current.revocations)),
        effectOf(ports, 'session.ended', user.id, origin),
      )
      .catch(asUnauthenticated);
  };

/**
 * Ends all sessions of a user for an operator. It can be repeated.
 * @throws {UserNotFound | DependencyUnavailable}
 */
export const endAllSessions =
  (ports: Ports) =>
  async (id: UserId, origin: Origin): Promise<void> => {
    const end = (user: User): User => {
      if (user.status === 'deleting') throw new UserNotFound();
      return withRevocations(user, revokeAll(user.revocations));
    };
    await ports.users.update(id, end, effectOf(ports, 'session.ended', id, origin));
  };

/** The user was deleted after the caller was authenticated. */
function asUnauthenticated(error: unknown): never {
  throw error instanceof UserNotFound ? new Unauthenticated() : error;
}

const othersThan =
  ({ sessionId, epoch }: Caller['record']) =>
  (revocations: Revocations): Revocations => {
    if (sessionId === null) return revokeAll(revocations);
    // Somebody ended the caller's session after it was authenticated. To keep it would bring it back.
    if (isRevoked(revocations, { id: sessionId, epoch })) throw new Unauthenticated();
    return revokeOthers(revocations, sessionId);
  };

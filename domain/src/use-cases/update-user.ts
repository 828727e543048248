import type { Origin } from '../model/event.ts';
import type { User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import { eventTypesOf, type UserPatch, withPatch } from '../model/user-patch.ts';
import type { ChallengeRepository } from '../ports/challenge-repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { checkFree } from './find-by-mailbox.ts';
import { existing } from './inspect-user.ts';
import { effectOf } from './new-event.ts';
import { check, type Precondition } from './precondition.ts';

interface Ports {
  users: UserRepository;
  challenges: ChallengeRepository;
  identifiers: Identifiers;
  clock: Clock;
}

/**
 * Changes a user for an operator. A patch that changes nothing writes nothing, so it can be repeated. Which
 * events the change causes depends on the user before, so it applies to the version that was read, or starts
 * again.
 * @throws {UserNotFound | PreconditionFailed | EmailTaken | ValidationFailed | DependencyUnavailable}
 */
export const updateUser = (ports: Ports) => {
  const { users, challenges, clock } = ports;
  const attempt = async (
    id: UserId,
    patch: UserPatch,
    origin: Origin,
    precondition?: Precondition,
  ): Promise<User> => {
    const before = await existing(users, id);
    check(precondition, before);
    const after = withPatch(before, patch, clock.now());
    if (after === before) return before;
    if (after.email !== before.email) {
      await checkFree(users, after.email, id);
      // Otherwise whoever had an address of the user in the last days could undo what the operator decides.
      await challenges.removeOf(id);
    }
    const types = eventTypesOf(before, after);
    const events = types.flatMap((type) => effectOf(ports, type, id, origin).events);
    const seen = { version: before.version };
    const change = (current: User): User => {
      seen.version = current.version;
      return current.version === before.version ? after : current;
    };
    const stored = await users.update(id, change, { events });
    return seen.version === before.version ? stored : attempt(id, patch, origin, precondition);
  };
  return attempt;
};

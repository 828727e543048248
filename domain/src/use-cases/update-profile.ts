import { type ProfilePatch, type User, withProfile } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { check, type Precondition } from './precondition.ts';

interface Ports {
  users: UserRepository;
  clock: Clock;
}

/** @throws {PreconditionFailed | UserNotFound | DependencyUnavailable} */
export const updateProfile =
  ({ users, clock }: Ports) =>
  (id: UserId, patch: ProfilePatch, precondition?: Precondition): Promise<User> =>
    users.update(id, (user) => {
      check(precondition, user);
      return withProfile(user, patch, clock.now());
    });

import { type ProfilePatch, type User, withProfile } from '../model/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { Caller } from './authenticate.ts';
import { byCaller, effectOf } from './new-event.ts';
import { check, type Precondition } from './precondition.ts';

interface Ports {
  users: UserRepository;
  identifiers: Identifiers;
  clock: Clock;
}

/** @throws {PreconditionFailed | UserNotFound | DependencyUnavailable} */
export const updateProfile =
  (ports: Ports) =>
  (caller: Caller, patch: ProfilePatch, precondition?: Precondition): Promise<User> =>
    ports.users.update(
      caller.user.id,
      (user) => {
        check(precondition, user);
        return withProfile(user, patch, ports.clock.now());
      },
      effectOf(ports, 'user.updated', caller.user.id, byCaller(caller)),
      caller.user,
    );

import { type ProfilePatch, type User, withProfile } from '../model/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { Caller } from './authenticate.ts';
import { changesOfProfile, countChange } from './count-change.ts';
import { byCaller, effectOf } from './new-event.ts';
import { check, type Precondition } from './precondition.ts';

interface Ports {
  users: UserRepository;
  identifiers: Identifiers;
  clock: Clock;
  limiter: RateLimiter;
}

/** @throws {RateLimited | PreconditionFailed | UserNotFound | DependencyUnavailable} */
export const updateProfile =
  (ports: Ports) =>
  async (caller: Caller, patch: ProfilePatch, precondition?: Precondition): Promise<User> => {
    await countChange(ports.limiter, changesOfProfile(caller));
    const change = (user: User): User => {
      check(precondition, user);
      return withProfile(user, patch, ports.clock.now());
    };
    const effects = effectOf(ports, 'user.updated', caller.user.id, byCaller(caller));
    return ports.users.update(caller.user.id, change, effects, caller.user);
  };

import type { Clock } from '../ports/clock.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import {
  mergePatch,
  parsePreferences,
  type Preferences,
  type PreferencesPatch,
} from '../model/preferences.ts';
import { type User, withPreferences } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import { check, type Precondition } from './precondition.ts';

interface Ports {
  users: UserRepository;
  clock: Clock;
}

/** @throws {PreconditionFailed | UserNotFound | DependencyUnavailable} */
export const replacePreferences =
  ({ users, clock }: Ports) =>
  (id: UserId, preferences: Preferences, precondition?: Precondition): Promise<User> =>
    users.update(id, (user) => {
      check(precondition, user);
      return withPreferences(user, preferences, clock.now());
    });

/** @throws {ValidationFailed} when the result exceeds the limits. Otherwise like `replacePreferences`. */
export const mergePreferences =
  ({ users, clock }: Ports) =>
  (id: UserId, patch: PreferencesPatch, precondition?: Precondition): Promise<User> =>
    users.update(id, (user) => {
      check(precondition, user);
      return withPreferences(user, parsePreferences(mergePatch(user.preferences, patch)), clock.now());
    });

import type { Clock } from '../ports/clock.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import {
  mergePatch,
  parsePreferences,
  type Preferences,
  type PreferencesPatch,
} from '../model/preferences.ts';
import { type User, withPreferences } from '../model/user.ts';
import { check, type Precondition } from './precondition.ts';

interface Ports {
  users: UserRepository;
  clock: Clock;
}

/**
 * @param known as the request found the user.
 * @throws {PreconditionFailed | UserNotFound | DependencyUnavailable}
 */
export const replacePreferences =
  ({ users, clock }: Ports) =>
  (known: User, preferences: Preferences, precondition?: Precondition): Promise<User> => {
    const replace = (user: User): User => {
      check(precondition, user);
      return withPreferences(user, preferences, clock.now());
    };
    return users.update(known.id, replace, undefined, known);
  };

/** @throws {ValidationFailed} when the result exceeds the limits. Otherwise like `replacePreferences`. */
export const mergePreferences =
  ({ users, clock }: Ports) =>
  (known: User, patch: PreferencesPatch, precondition?: Precondition): Promise<User> => {
    const merge = (user: User): User => {
      check(precondition, user);
      return withPreferences(user, parsePreferences(mergePatch(user.preferences, patch)), clock.now());
    };
    return users.update(known.id, merge, undefined, known);
  };

import { PreconditionFailed } from '../model/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import {
  mergePatch,
  parsePreferences,
  type Preferences,
  type PreferencesPatch,
} from '../model/preferences.ts';
import { type User, type UserId, withPreferences } from '../model/user.ts';

interface Ports {
  users: UserRepository;
  clock: Clock;
}

/** Whether the caller wants to change this version of the user. Without one, any version may be changed. */
export type Precondition = (version: number) => boolean;

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

function check(precondition: Precondition | undefined, user: User): void {
  if (precondition && !precondition(user.version)) throw new PreconditionFailed();
}

import type { IssuedToken, IssueToken } from './issue-token.ts';
import type { Password } from '../model/password.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { newUser, type Registration, type User } from '../model/user.ts';

interface Ports {
  users: UserRepository;
  hasher: PasswordHasher;
  identifiers: Identifiers;
  clock: Clock;
  issueToken: IssueToken;
}

/**
 * Makes a user and logs them in. Whether the email is free only the repository decides, when it writes.
 * @throws {EmailTaken | Overloaded | DependencyUnavailable}
 */
export const registerUser =
  ({ users, hasher, identifiers, clock, issueToken }: Ports) =>
  async (registration: Registration, password: Password): Promise<{ user: User; auth: IssuedToken }> => {
    const passwordHash = await hasher.hash(password);
    const now = clock.now();
    const user = newUser(identifiers.newUserId(now), registration, passwordHash, now);
    await users.add(user);
    return { user, auth: await issueToken(user, registration.deviceId) };
  };

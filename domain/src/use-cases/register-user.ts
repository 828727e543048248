import { type Email, sameMailbox } from '../model/email.ts';
import { EmailTaken } from '../model/errors.ts';
import type { Password } from '../model/password.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { newUser, type Registration, type User } from '../model/user.ts';
import type { IssuedToken, IssueToken } from './issue-token.ts';

interface Ports {
  users: UserRepository;
  hasher: PasswordHasher;
  identifiers: Identifiers;
  clock: Clock;
  issueToken: IssueToken;
}

/**
 * Makes a user and logs them in. The repository decides, when it writes, whether the email is free.
 * @throws {EmailTaken | Overloaded | DependencyUnavailable}
 */
export const registerUser =
  ({ users, hasher, identifiers, clock, issueToken }: Ports) =>
  async (registration: Registration, password: Password): Promise<{ user: User; auth: IssuedToken }> => {
    await checkOtherSpellings(users, registration.email);
    const passwordHash = await hasher.hash(password);
    const now = clock.now();
    const user = newUser(identifiers.newUserId(now), registration, passwordHash, now);
    await users.add(user);
    return { user, auth: await issueToken(user, registration.deviceId) };
  };

/** The repository keeps the spelling of new accounts unique. An older account may have another spelling. */
async function checkOtherSpellings(users: UserRepository, email: Email): Promise<void> {
  const [, ...others] = sameMailbox(email);
  for (const spelling of others) if (await users.findByEmail(spelling)) throw new EmailTaken();
}

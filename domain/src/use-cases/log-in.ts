import type { Email } from '../model/email.ts';
import { InvalidCredentials, UserNotFound } from '../model/errors.ts';
import type { Password } from '../model/password.ts';
import type { Clock } from '../ports/clock.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { DeviceId } from '../model/profile.ts';
import { type User, withLogin } from '../model/user.ts';
import { findByMailbox } from './find-by-mailbox.ts';
import type { IssuedToken, IssueToken } from './issue-token.ts';

interface Ports {
  users: UserRepository;
  hasher: PasswordHasher;
  clock: Clock;
  issueToken: IssueToken;
}

export interface Credentials {
  readonly email: Email;
  readonly password: Password;
}

/**
 * Checks the password, notes the login and issues a token. A hash made with outdated parameters is replaced,
 * since only now is the password at hand.
 * @throws {InvalidCredentials | Overloaded | DependencyUnavailable}
 */
export const logIn = ({ users, hasher, clock, issueToken }: Ports) => {
  const attempt = async (
    { email, password }: Credentials,
    deviceId: DeviceId,
  ): Promise<{ user: User; auth: IssuedToken }> => {
    const found = await findByMailbox(users, email);
    const correct = await hasher.verify(found?.passwordHash, password);
    if (!found || !correct) throw new InvalidCredentials();

    const verified = found.passwordHash;
    const fresh = hasher.needsRehash(verified) ? await hasher.hash(password) : verified;
    const now = clock.now();
    const user = await users
      .update(found.id, (current) =>
        current.passwordHash === verified ? withLogin(current, deviceId, fresh, now) : current,
      )
      .catch(asInvalidCredentials);
    // The hash that was verified is gone: another login made it anew, or the password has changed. Only a
    // new check can tell.
    if (user.passwordHash !== fresh) return attempt({ email, password }, deviceId);
    return { user, auth: await issueToken(user, deviceId) };
  };
  return attempt;
};

/** The user was deleted while the password was checked: the answer is that of an email nobody holds. */
function asInvalidCredentials(error: unknown): never {
  throw error instanceof UserNotFound ? new InvalidCredentials() : error;
}

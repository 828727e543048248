import { WrongPassword } from '../model/errors.ts';
import type { Password } from '../model/password.ts';
import type { User } from '../model/user.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { Caller } from './authenticate.ts';
import { countTry, forgetTries, triesInSession } from './count-try.ts';
import { byCaller } from './new-event.ts';
import type { NoteFailure } from './note-failure.ts';

export interface PasswordCheckPorts {
  users: UserRepository;
  hasher: PasswordHasher;
  limiter: RateLimiter;
  noteFailure: NoteFailure;
}

/**
 * Checks the password of a caller, whose token may be stolen.
 * @throws {RateLimited | WrongPassword | Overloaded | DependencyUnavailable} {WrongPassword} also when the
 * user is gone.
 */
export async function checkPassword(
  { users, hasher, limiter, noteFailure }: PasswordCheckPorts,
  caller: Caller,
  password: Password,
): Promise<User> {
  const tries = triesInSession(caller);
  await countTry(limiter, tries);
  const user = await users.findById(caller.user.id);
  const correct = await hasher.verify(user?.passwordHash, password);
  if (!correct && user) noteFailure(user.id, byCaller(caller));
  if (!correct || user?.status !== 'active') throw new WrongPassword();
  await forgetTries(limiter, tries);
  return user;
}

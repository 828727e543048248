import { UserNotFound, WrongPassword } from '../model/errors.ts';
import type { Password } from '../model/password.ts';
import type { User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';

interface Ports {
  users: UserRepository;
  hasher: PasswordHasher;
}

type Change = (user: User) => User;

/**
 * Changes a user whose password is right. The change applies to the very hash that was checked: of two
 * changes that race with the same old password, one wins, and the other one is checked again.
 * @param prepare runs after the check.
 * @throws {WrongPassword | Overloaded | DependencyUnavailable} {WrongPassword} also when the user is gone.
 */
export async function changeWithPassword(
  { users, hasher }: Ports,
  id: UserId,
  password: Password,
  prepare: () => Change | Promise<Change>,
): Promise<User> {
  const found = await users.findById(id);
  const correct = await hasher.verify(found?.passwordHash, password);
  if (!correct || found?.status !== 'active') throw new WrongPassword();
  const change = await prepare();
  const isAsChecked = (user: User) => user.passwordHash === found.passwordHash && user.status === 'active';
  const applied = { to: found };
  const user = await users
    .update(id, (current) => {
      applied.to = current;
      return isAsChecked(current) ? change(current) : current;
    })
    .catch(asWrongPassword);
  return isAsChecked(applied.to) ? user : changeWithPassword({ users, hasher }, id, password, prepare);
}

function asWrongPassword(error: unknown): never {
  throw error instanceof UserNotFound ? new WrongPassword() : error;
}

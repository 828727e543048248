import { UserNotFound, WrongPassword } from '../model/errors.ts';
import type { Password } from '../model/password.ts';
import type { User } from '../model/user.ts';
import type { Effects } from '../ports/event-log.ts';
import type { Caller } from './authenticate.ts';
import { checkPassword, type PasswordCheckPorts } from './check-password.ts';

interface Change {
  readonly apply: (user: User) => User;
  readonly effects: Effects;
}

/**
 * Changes a user whose password is right. The change applies to the very hash that was checked: of two
 * changes that race with the same old password, one wins, and the other one is checked again.
 * @param prepare runs after the check.
 * @throws {RateLimited | WrongPassword | Overloaded | DependencyUnavailable} {WrongPassword} also when the
 * user is gone.
 */
export async function changeWithPassword(
  ports: PasswordCheckPorts,
  caller: Caller,
  password: Password,
  prepare: () => Change | Promise<Change>,
): Promise<User> {
  const found = await checkPassword(ports, caller, password);
  const { apply, effects } = await prepare();
  const isAsChecked = (user: User) => user.passwordHash === found.passwordHash && user.status === 'active';
  const applied = { to: found };
  const change = (current: User) => {
    applied.to = current;
    return isAsChecked(current) ? apply(current) : current;
  };
  const user = await ports.users.update(found.id, change, effects).catch(asWrongPassword);
  return isAsChecked(applied.to) ? user : changeWithPassword(ports, caller, password, prepare);
}

function asWrongPassword(error: unknown): never {
  throw error instanceof UserNotFound ? new WrongPassword() : error;
}

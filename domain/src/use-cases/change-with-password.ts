import { UserNotFound, WrongPassword } from '../model/errors.ts';
import type { Password } from '../model/password.ts';
import type { User } from '../model/user.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { Effects } from '../ports/event-log.ts';
import type { Caller } from './authenticate.ts';
import { byCaller } from './new-event.ts';
import type { NoteFailure } from './note-failure.ts';

interface Ports {
  users: UserRepository;
  hasher: PasswordHasher;
  noteFailure: NoteFailure;
}

interface Change {
  readonly apply: (user: User) => User;
  readonly effects: Effects;
}

/**
 * Changes a user whose password is right. The change applies to the very hash that was checked: of two
 * changes that race with the same old password, one wins, and the other one is checked again.
 * @param prepare runs after the check.
 * @throws {WrongPassword | Overloaded | DependencyUnavailable} {WrongPassword} also when the user is gone.
 */
export async function changeWithPassword(
  ports: Ports,
  caller: Caller,
  password: Password,
  prepare: () => Change | Promise<Change>,
): Promise<User> {
  const { users, hasher, noteFailure } = ports;
  const { id } = caller.user;
  const found = await users.findById(id);
  const correct = await hasher.verify(found?.passwordHash, password);
  if (!correct && found) noteFailure(id, byCaller(caller));
  if (!correct || found?.status !== 'active') throw new WrongPassword();
  const { apply, effects } = await prepare();
  const isAsChecked = (user: User) => user.passwordHash === found.passwordHash && user.status === 'active';
  const applied = { to: found };
  const change = (current: User) => {
    applied.to = current;
    return isAsChecked(current) ? apply(current) : current;
  };
  const user = await users.update(id, change, effects).catch(asWrongPassword);
  return isAsChecked(applied.to) ? user : changeWithPassword(ports, caller, password, prepare);
}

function asWrongPassword(error: unknown): never {
  throw error instanceof UserNotFound ? new WrongPassword() : error;
}

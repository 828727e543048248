import type { Device } from '../model/device.ts';
import type { Password } from '../model/password.ts';
import { type User, withPassword } from '../model/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { Caller } from './authenticate.ts';
import { changeWithPassword } from './change-with-password.ts';
import type { Auth, StartSession } from './start-session.ts';

interface Ports {
  users: UserRepository;
  hasher: PasswordHasher;
  clock: Clock;
  startSession: StartSession;
}

interface PasswordChange {
  readonly currentPassword: Password;
  readonly newPassword: Password;
  readonly device: Device;
}

/**
 * Changes the password, ends every session in the same write, and logs the caller in again.
 * @throws {WrongPassword | Overloaded | DependencyUnavailable}
 */
export const changePassword =
  ({ users, hasher, clock, startSession }: Ports) =>
  async (
    caller: Pick<Caller, 'user'>,
    { currentPassword, newPassword, device }: PasswordChange,
  ): Promise<Auth> => {
    const prepare = async () => {
      const hash = await hasher.hash(newPassword);
      return (user: User) => withPassword(user, hash, clock.now());
    };
    const user = await changeWithPassword({ users, hasher }, caller.user.id, currentPassword, prepare);
    return startSession(user, device);
  };

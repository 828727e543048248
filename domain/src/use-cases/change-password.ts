import type { Device } from '../model/device.ts';
import type { Password } from '../model/password.ts';
import { type User, withPassword } from '../model/user.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { Caller } from './authenticate.ts';
import { changeWithPassword } from './change-with-password.ts';
import type { CheckNewPassword } from './check-new-password.ts';
import { notice, type NoticePorts } from './mail-limit.ts';
import { byCaller, effectOf } from './new-event.ts';
import type { NoteFailure } from './note-failure.ts';
import type { Auth, StartSession } from './start-session.ts';

interface Ports extends NoticePorts {
  users: UserRepository;
  hasher: PasswordHasher;
  noteFailure: NoteFailure;
  checkNewPassword: CheckNewPassword;
  startSession: StartSession;
}

interface PasswordChange {
  readonly currentPassword: Password;
  readonly newPassword: Password;
  readonly device: Device;
}

/**
 * Changes the password, ends every session in the same write, and logs the caller in again.
 *
 * A weak new password is refused before the current one is verified. The other order would tell a thief of
 * the token whether a guess of the current password is right, without a change that its owner notices.
 * @throws {WeakPassword | RateLimited | WrongPassword | Overloaded | DependencyUnavailable}
 */
export const changePassword =
  (ports: Ports) =>
  async (caller: Caller, { currentPassword, newPassword, device }: PasswordChange): Promise<Auth> => {
    await ports.checkNewPassword(newPassword, caller.user);
    const prepare = async () => {
      const hash = await ports.hasher.hash(newPassword);
      return {
        apply: (user: User) => withPassword(user, hash, ports.clock.now()),
        effects: {
          ...effectOf(ports, 'user.password_changed', caller.user.id, byCaller(caller)),
          mails: await notice(ports, 'password-changed', caller.user, device),
        },
      };
    };
    const user = await changeWithPassword(ports, caller, currentPassword, prepare);
    return ports.startSession(user, device);
  };

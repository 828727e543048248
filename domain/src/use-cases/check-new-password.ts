import { WeakPassword } from '../model/errors.ts';
import { type PasswordOwner, type PasswordPolicy, weaknesses } from '../model/new-password.ts';
import type { Password } from '../model/password.ts';
import type { BreachedPasswords } from '../ports/breached-passwords.ts';
import type { CommonPasswords } from '../ports/common-passwords.ts';

interface Ports {
  commonPasswords: CommonPasswords;
  breachedPasswords: BreachedPasswords;
  passwordPolicy: PasswordPolicy;
}

export type CheckNewPassword = ReturnType<typeof checkNewPassword>;

/**
 * Refuses a weak new password. A use case calls it first, before it verifies, hashes or writes anything: a
 * refusal then costs little, uses nothing up and says nothing about other values of the request.
 * @throws {WeakPassword}
 */
export const checkNewPassword =
  ({ commonPasswords, breachedPasswords, passwordPolicy }: Ports) =>
  async (password: Password, owner: PasswordOwner): Promise<void> => {
    const isCommon = (folded: string) => commonPasswords.has(folded);
    const messages = weaknesses(password, owner, passwordPolicy, isCommon);
    if (messages.length > 0) throw new WeakPassword(messages);
    if (await breachedPasswords.has(password)) {
      throw new WeakPassword(['must not be a password that is known from a data breach']);
    }
  };

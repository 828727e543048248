import type { Password } from '../model/password.ts';

/** Passwords that became known in data breaches. Passes `describeBreachedPasswords`. */
export interface BreachedPasswords {
  /**
   * Whether the password is known. It answers false when it cannot tell in time, so that a registration does
   * not depend on it, and it never throws. Neither the password nor its whole hash leaves the service.
   */
  has(password: Password): Promise<boolean>;
}

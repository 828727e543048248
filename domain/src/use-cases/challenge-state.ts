import type { Challenge } from '../model/challenge.ts';
import type { Digest } from '../model/digest.ts';
import type { User } from '../model/user.ts';
import type { Secrets } from '../ports/secrets.ts';

/**
 * What a challenge is bound to: a password or an address that changed meanwhile voids the code. A reset
 * changes the password, and a change of the email the address, so the code works once.
 */
export const stateOf = (secrets: Secrets, { passwordHash, email }: User): Digest =>
  secrets.digest(`${passwordHash} ${email}`);

/** Whether the user is active, with the password and the address of the time of the challenge. */
export const isUnchanged = (secrets: Secrets, { state }: Challenge, user: User): boolean =>
  user.status === 'active' && state !== null && secrets.equal(state, stateOf(secrets, user));

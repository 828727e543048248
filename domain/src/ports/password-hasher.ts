import type { Password, PasswordHash } from '../model/password.ts';

/**
 * Hashes with argon2id, off the event loop, so many at a time and no more; when too many wait,
 * `hash` and `verify` throw {Overloaded} at once instead of queueing. Every implementation passes
 * `describePasswordHasher`.
 */
export interface PasswordHasher {
  hash(password: Password): Promise<PasswordHash>;
  /**
   * Without a hash (nobody is registered with the email) it does the same work as with one and is false, so that the time
   * taken does not tell which emails are registered. A hash that cannot be read is false as well.
   */
  verify(hash: PasswordHash | undefined, password: Password): Promise<boolean>;
  /** Whether the hash was made with other parameters than those in use. */
  needsRehash(hash: PasswordHash): boolean;
}

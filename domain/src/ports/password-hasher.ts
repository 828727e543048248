import type { Password, PasswordHash } from '../model/password.ts';

/**
 * Hashes with argon2id, off the event loop. It runs a bounded number of hashes at a time and queues a bounded
 * number. When the queue is full, `hash` and `verify` throw {Overloaded} at once. Every implementation passes
 * `describePasswordHasher`.
 */
export interface PasswordHasher {
  hash(password: Password): Promise<PasswordHash>;
  /**
   * Without a hash (the email is not registered) it does the same work and answers false, so that its time
   * does not tell which emails are registered. It also answers false for a hash that it cannot read.
   */
  verify(hash: PasswordHash | undefined, password: Password): Promise<boolean>;
  /** Whether the parameters of the hash differ from those in use. */
  needsRehash(hash: PasswordHash): boolean;
}

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
  /**
   * Takes the hash that another system made of a password, as text. What is weaker than the hashes of this
   * service is wrapped: it is hashed once more. `verify` then hashes the password in both ways.
   * @throws {UnusableHash} when it cannot be read, or a check would cost too much. @throws {Overloaded}
   */
  adopt(hash: string): Promise<PasswordHash>;
  /** The hash of no password: `verify` answers false, and does the same work as for other hashes. */
  unusable(): PasswordHash;
  /** Whether the hash is wrapped, or its parameters differ from those in use. */
  needsRehash(hash: PasswordHash): boolean;
}

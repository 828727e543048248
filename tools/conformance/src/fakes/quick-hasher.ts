import { hash as digest } from 'node:crypto';
import {
  isPasswordHash,
  parsePasswordHash,
  type Password,
  type PasswordHash,
  type PasswordHasher,
  UnusableHash,
} from '@user-management/domain';

/**
 * Hashes in microseconds. Such a hash protects no password, so it serves tests that are not about hashing.
 */
export class QuickHasher implements PasswordHasher {
  /** The parameter that new hashes carry: change it to make the older ones outdated. */
  memory = 8;
  readonly verified: (PasswordHash | undefined)[] = [];
  #made = 0;

  hash(password: Password): Promise<PasswordHash> {
    return Promise.resolve(
      this.#phc(password, `m=${this.memory},t=1,p=1`, `salt${++this.#made}`.padEnd(22, 'A')),
    );
  }

  verify(hash: PasswordHash | undefined, password: Password): Promise<boolean> {
    this.verified.push(hash);
    const [, , , parameters = '', salt = ''] = hash?.split('$') ?? [];
    return Promise.resolve(hash !== undefined && this.#phc(password, parameters, salt) === hash);
  }

  adopt(hash: string): Promise<PasswordHash> {
    return isPasswordHash(hash)
      ? Promise.resolve(hash)
      : Promise.reject(new UnusableHash('must be a hash of argon2id'));
  }

  unusable(): PasswordHash {
    return parsePasswordHash(
      `$argon2id$v=19$m=${this.memory},t=1,p=1$${`salt${++this.#made}`.padEnd(22, 'A')}$${'A'.repeat(43)}`,
    );
  }

  needsRehash(hash: PasswordHash): boolean {
    return !hash.includes(`$m=${this.memory},`);
  }

  #phc(password: Password, parameters: string, salt: string): PasswordHash {
    return parsePasswordHash(
      `$argon2id$v=19$${parameters}$${salt}$${digest('sha256', salt + password.reveal(), 'hex')}`,
    );
  }
}

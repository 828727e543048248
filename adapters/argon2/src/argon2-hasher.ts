import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import {
  parsePasswordHash,
  type Password,
  type PasswordHash,
  type PasswordHasher,
} from '@user-management/domain';
import type { HashOptions } from 'argon2';
import { type HashObserver, HashQueue } from './hash-queue.ts';
import { type Argon2, loadArgon2 } from './load-argon2.ts';
import { type Argon2Parameters, decoyPhc, HASH_BYTES, isAffordable, parsePhc, SALT_BYTES } from './phc.ts';

export interface Argon2Options extends Argon2Parameters {
  readonly observer: HashObserver;
}

/**
 * Hashes with argon2id (RFC 9106) in libuv's threads.
 *
 * A failed login takes the same time for an unknown email as for a known one. There is one exception: a hash
 * with former parameters takes the time of those parameters, until the user's next login.
 */
export class Argon2Hasher implements PasswordHasher {
  readonly #argon2: Argon2;
  readonly #parameters: Argon2Parameters;
  readonly #options: HashOptions;
  readonly #queue: HashQueue;
  readonly #decoy: string;

  /** @throws {Argon2Unavailable} */
  constructor({ observer, memoryKib, iterations, parallelism }: Argon2Options) {
    this.#argon2 = loadArgon2();
    this.#parameters = { memoryKib, iterations, parallelism };
    this.#options = {
      type: this.#argon2.argon2id,
      memoryCost: memoryKib,
      timeCost: iterations,
      parallelism,
      hashLength: HASH_BYTES,
    };
    this.#queue = new HashQueue(hashLanes(parallelism), observer, () => performance.now() / 1000);
    this.#decoy = decoyPhc(this.#parameters);
  }

  async hash(password: Password): Promise<PasswordHash> {
    // If the library made the salt, that would cost another job in the thread pool and another turn of the
    // event loop.
    const options = { ...this.#options, salt: randomBytes(SALT_BYTES) };
    return parsePasswordHash(await this.#queue.run(() => this.#argon2.hash(password.reveal(), options)));
  }

  async verify(hash: PasswordHash | undefined, password: Password): Promise<boolean> {
    // The decoy is the hash of no password, so every check against it is false.
    const phc = hash !== undefined && this.#isReadable(hash) ? hash : this.#decoy;
    return this.#queue.run(() => this.#argon2.verify(phc, password.reveal()));
  }

  needsRehash(hash: PasswordHash): boolean {
    const made = parsePhc(hash);
    const { memoryKib, iterations, parallelism } = this.#parameters;
    return (
      made?.memoryKib !== memoryKib || made.iterations !== iterations || made.parallelism !== parallelism
    );
  }

  #isReadable(hash: PasswordHash): boolean {
    const made = parsePhc(hash);
    return made !== undefined && isAffordable(made, this.#parameters);
  }
}

/**
 * The number of concurrent hashes. More hashes than cores would slow down one another and the event loop.
 * More hashes than libuv threads would wait in libuv's queue, where the service cannot count them. A hash
 * with parallelism n uses n cores.
 */
export function hashLanes(parallelism: number): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE']) || 4;
  return Math.max(1, Math.min(threads, Math.floor(availableParallelism() / parallelism)));
}

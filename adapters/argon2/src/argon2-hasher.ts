import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import {
  isPasswordHash,
  parsePasswordHash,
  type Password,
  type PasswordHash,
  type PasswordHasher,
  UnusableHash,
} from '@user-management/domain';
import type { HashOptions } from 'argon2';
import { type HashObserver, HashQueue } from './hash-queue.ts';
import { readImported, readRecipe } from './imported/formats.ts';
import type { Recipe } from './imported/recipe.ts';
import { type Argon2, loadArgon2 } from './load-argon2.ts';
import {
  type Argon2Parameters,
  decoyPhc,
  HASH_BYTES,
  isAffordable,
  isAsStrong,
  MOST_OF_OTHERS,
  parsePhc,
  SALT_BYTES,
} from './phc.ts';

export interface Argon2Options extends Argon2Parameters {
  readonly observer: HashObserver;
}

/**
 * Hashes with argon2id (RFC 9106) in libuv's threads.
 *
 * A failed login takes the same time for an unknown email as for a known one. There are two exceptions, until
 * the user's next login: a hash with former parameters takes the time of those parameters, and a wrapped hash
 * also takes the time of the hash inside.
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
    return parsePasswordHash(await this.#queue.run(() => this.#hash(password.reveal())));
  }

  async verify(hash: PasswordHash | undefined, password: Password): Promise<boolean> {
    // The decoy is the hash of no password, so every check against it is false.
    const { phc, recipe } = this.#readable(hash) ?? { phc: this.#decoy };
    const text = password.reveal();
    return this.#queue.run(async () => this.#argon2.verify(phc, recipe ? await recipe.follow(text) : text));
  }

  async adopt(hash: string): Promise<PasswordHash> {
    if (isPasswordHash(hash)) {
      if (!this.#readable(hash)) throw new UnusableHash(MOST_OF_OTHERS);
      const made = parsePhc(hash);
      if (isWrapped(hash) || (made && isAsStrong(made, this.#parameters))) return hash;
    }
    const { recipe, digest } = readImported(hash);
    const excess = readRecipe(recipe)?.excess;
    if (excess !== undefined) throw new UnusableHash(excess);
    return parsePasswordHash([await this.#queue.run(() => this.#hash(digest)), recipe].join(BEHIND));
  }

  unusable(): PasswordHash {
    return parsePasswordHash(decoyPhc(this.#parameters));
  }

  needsRehash(hash: PasswordHash): boolean {
    const made = parsePhc(hash);
    const { memoryKib, iterations, parallelism } = this.#parameters;
    return (
      isWrapped(hash) ||
      made?.memoryKib !== memoryKib ||
      made.iterations !== iterations ||
      made.parallelism !== parallelism
    );
  }

  #hash(secret: string | Buffer): Promise<string> {
    // If the library made the salt, that would cost another job in the thread pool and another turn of the
    // event loop.
    return this.#argon2.hash(secret, { ...this.#options, salt: randomBytes(SALT_BYTES) });
  }

  /** `undefined` when it cannot be read, or would cost too much. */
  #readable(hash: PasswordHash | undefined): Readable | undefined {
    if (hash === undefined || !isPasswordHash(hash)) return undefined;
    const made = parsePhc(hash);
    if (!made || !isAffordable(made, this.#parameters)) return undefined;
    const [phc = '', behind] = hash.split(BEHIND);
    if (behind === undefined) return { phc };
    const recipe = readRecipe(behind);
    return recipe && recipe.excess === undefined ? { phc, recipe } : undefined;
  }
}

interface Readable {
  readonly phc: string;
  /** The recipe of the hash inside a wrapped one. */
  readonly recipe?: Recipe;
}

/** The recipe of the hash inside stands behind it. */
const BEHIND = '|';

const isWrapped = (hash: PasswordHash): boolean => hash.includes(BEHIND);

/**
 * The number of concurrent hashes. More hashes than cores would slow down one another and the event loop.
 * More hashes than libuv threads would wait in libuv's queue, where the service cannot count them. A hash
 * with parallelism n uses n cores.
 */
export function hashLanes(parallelism: number): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE']) || 4;
  return Math.max(1, Math.min(threads, Math.floor(availableParallelism() / parallelism)));
}

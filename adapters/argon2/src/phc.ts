import { randomBytes } from 'node:crypto';
import { isPasswordHash } from '@user-management/domain';

export interface Argon2Parameters {
  readonly memoryKib: number;
  /** The number of passes over the memory. */
  readonly iterations: number;
  /** The number of threads of one hash. */
  readonly parallelism: number;
}

type Pairs = Record<string, string | undefined>;

/**
 * The parameters of argon2id in a hash, also in a wrapped one; `undefined` for any other text. Our library
 * writes `m,p,t`, others write `m,t,p`.
 */
export function parsePhc(phc: string): Argon2Parameters | undefined {
  if (!isPasswordHash(phc)) return undefined;
  const [, , , pairs = ''] = phc.split('$');
  return readPairs(pairs);
}

/** Reads `m=…,t=…,p=…`, in any order. */
export function readPairs(pairs: string): Argon2Parameters | undefined {
  const { m, t, p } = Object.fromEntries(pairs.split(',').map((pair) => pair.split('='))) as Pairs;
  if (m === undefined || t === undefined || p === undefined) return undefined;
  return { memoryKib: Number(m), iterations: Number(t), parallelism: Number(p) };
}

/** A PHC string that matches no password. A check against it costs as much as a real one. */
export function decoyPhc({ memoryKib, iterations, parallelism }: Argon2Parameters): string {
  const [salt, hash] = [unpadded(SALT_BYTES), unpadded(HASH_BYTES)];
  return `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism}$${salt}$${hash}`;
}

export const SALT_BYTES = 16;
export const HASH_BYTES = 32;

const unpadded = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/=+$/, '');

/**
 * The second choice of RFC 9106 and the library's default. Hashes from other systems often have these
 * parameters.
 */
const RFC_9106 = { memoryKib: 65_536, iterations: 3, parallelism: 4 };

/** Says what `isAffordable` asks of a hash that another system made. */
export const MOST_OF_OTHERS =
  `must have m of at most ${RFC_9106.memoryKib}, p of at most ${RFC_9106.parallelism} ` +
  `and m · t of at most ${RFC_9106.memoryKib * RFC_9106.iterations}`;

/** Whether a check of the stored hash is at least as much work as one of the own hashes. */
export const isAsStrong = (stored: Argon2Parameters, own: Argon2Parameters): boolean =>
  work(stored) >= work(own) && 4 * stored.memoryKib >= own.memoryKib;

/**
 * Whether the service may check a stored hash with its own parameters. Without this limit, an attacker with
 * write access to the store could make one login use all memory or run for hours. Hashes under former
 * settings pass, if they cost at most four times as much.
 */
export function isAffordable(stored: Argon2Parameters, own = NOTHING): boolean {
  const { memoryKib, iterations, parallelism } = stored;
  return (
    iterations >= 1 &&
    parallelism >= 1 &&
    memoryKib >= 8 * parallelism &&
    parallelism <= Math.max(RFC_9106.parallelism, 4 * own.parallelism) &&
    memoryKib <= Math.max(RFC_9106.memoryKib, 4 * own.memoryKib) &&
    memoryKib * iterations <= Math.max(work(RFC_9106), 4 * work(own))
  );
}

const NOTHING: Argon2Parameters = { memoryKib: 0, iterations: 0, parallelism: 0 };

const work = ({ memoryKib, iterations }: Argon2Parameters): number => memoryKib * iterations;

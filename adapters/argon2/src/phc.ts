import { randomBytes } from 'node:crypto';

export interface Argon2Parameters {
  readonly memoryKib: number;
  /** Passes over the memory. */
  readonly iterations: number;
  /** Threads that one hash takes. */
  readonly parallelism: number;
}

const PHC =
  /^\$argon2id\$v=19\$([mtp]=\d{1,10}(?:,[mtp]=\d{1,10}){2})\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{16,128}$/;

/**
 * The parameters of an argon2id PHC string; `undefined` when it is none. Our library writes `m,p,t`, others
 * `m,t,p`.
 */
export function parsePhc(phc: string): Argon2Parameters | undefined {
  const pairs = PHC.exec(phc)?.[1]
    ?.split(',')
    .map((pair) => pair.split('='));
  const { m, t, p } = Object.fromEntries(pairs ?? []) as Record<string, string | undefined>;
  if (m === undefined || t === undefined || p === undefined) return undefined;
  return { memoryKib: Number(m), iterations: Number(t), parallelism: Number(p) };
}

/** The PHC string of nobody's password, which costs as much to check as a real one. */
export function decoyPhc({ memoryKib, iterations, parallelism }: Argon2Parameters): string {
  const [salt, hash] = [unpadded(SALT_BYTES), unpadded(HASH_BYTES)];
  return `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism}$${salt}$${hash}`;
}

export const SALT_BYTES = 16;
export const HASH_BYTES = 32;

const unpadded = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/=+$/, '');

/**
 * The second choice of RFC 9106 and this library's default: what other systems' hashes may well be made with.
 */
const RFC_9106 = { memoryKib: 65_536, iterations: 3, parallelism: 4 };

/**
 * Whether a stored hash may be checked with its own parameters. Whoever can write to Redis could otherwise
 * make one login take all memory or run for hours. Hashes made under former settings pass, as long as those
 * asked for at most four times as much.
 */
export function isAffordable(stored: Argon2Parameters, own: Argon2Parameters): boolean {
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

const work = ({ memoryKib, iterations }: Argon2Parameters): number => memoryKib * iterations;

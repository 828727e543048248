import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import { parseText } from './text.ts';

export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 256;

/**
 * An argon2id hash as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. The hash of another system is
 * wrapped: it is hashed with argon2id, and how it was made stands behind, after a `|`.
 */
export type PasswordHash = Brand<string, 'PasswordHash'>;

/**
 * A plain password. The text is a private field, so accidental logging or serialising shows nothing. Only a
 * hasher calls `reveal`.
 */
export class Password {
  readonly #text: string;

  /** @param text already normalised and checked: use `parsePassword`. */
  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }
}

/**
 * Normalises to NFKC, so that two keyboards produce the same password. It never trims, and it has no
 * composition rules (NIST SP 800-63B, 5.1.1.2).
 * @throws {ValidationFailed} when it does not have 8 to 256 characters.
 */
export function parsePassword(input: unknown): Password {
  const length = { least: PASSWORD_MIN_LENGTH, most: PASSWORD_MAX_LENGTH };
  return new Password(parseText(input, length, (text) => text.normalize('NFKC')));
}

const PHC_ARGON2ID =
  /^\$argon2id\$v=19\$(?:[mtp]=\d{1,10},){2}[mtp]=\d{1,10}\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{16,128}$/;

/** How the hash inside was made, without that hash. Only the hasher knows what it means. */
const RECIPE = /^(?:\$[A-Za-z0-9.,=+/-]{1,128}){2,5}$/;

export function isPasswordHash(input: unknown): input is PasswordHash {
  if (typeof input !== 'string') return false;
  const [outer = '', recipe, ...more] = input.split('|', 3);
  return PHC_ARGON2ID.test(outer) && (recipe === undefined || RECIPE.test(recipe)) && more.length === 0;
}

/** @throws {ValidationFailed} when it is not an argon2id PHC string, or a wrapped hash. */
export function parsePasswordHash(input: unknown): PasswordHash {
  if (!isPasswordHash(input)) throw new ValidationFailed('must be an argon2id PHC string');
  return input;
}

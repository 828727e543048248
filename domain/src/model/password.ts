import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import { parseText } from './text.ts';

export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 256;

/** An argon2id hash as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
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

export const isPasswordHash = (input: unknown): input is PasswordHash =>
  typeof input === 'string' && PHC_ARGON2ID.test(input);

/** @throws {ValidationFailed} when it is not an argon2id PHC string. */
export function parsePasswordHash(input: unknown): PasswordHash {
  if (!isPasswordHash(input)) throw new ValidationFailed('must be an argon2id PHC string');
  return input;
}

import type { Brand } from './brand.ts';
import type { Digest } from './digest.ts';
import { CodeInvalid } from './errors.ts';

/** Ten characters of Crockford's base32: 50 bits. It is a secret. */
export type Code = Brand<string, 'Code'>;

/** Without I, L, O and U, which people misread. (Crockford, Base 32 Encoding.) */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;
const CODE_PATTERN = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** The first 50 bits. */
export function codeOf(digest: Digest): Code {
  let bits = BigInt(`0x${digest.slice(0, 13)}`) >> 2n;
  let code = '';
  for (let n = 0; n < LENGTH; n++) {
    code = `${ALPHABET.charAt(Number(bits & 31n))}${code}`;
    bits >>= 5n;
  }
  return code as Code;
}

/** As mails show it: `XXXXX-XXXXX`. */
export const shownCode = (code: Code): string => `${code.slice(0, 5)}-${code.slice(5)}`;

/**
 * Ignores case, hyphens and spaces, and reads the letters that look like digits as digits.
 * @throws {CodeInvalid} A malformed code gets the same answer as a wrong one.
 */
export function parseCode(input: unknown): Code {
  if (typeof input !== 'string' || input.length > 64) throw new CodeInvalid();
  const code = input.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (!CODE_PATTERN.test(code)) throw new CodeInvalid();
  return code as Code;
}

import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import { codePoints, parseText } from './text.ts';

/** An address as it is compared and stored: trimmed, NFC, lower case. */
export type Email = Brand<string, 'Email'>;

/** The longest forward-path of RFC 5321 (256 octets) without its angle brackets. */
export const EMAIL_MAX_LENGTH = 254;

// One @, something before it, and a domain of at least two dot-separated labels. Whether the mailbox exists
// only a mail can tell, so this refuses what cannot be an address and nothing more.
const LOCAL_PART = /^[^\s@\p{Cc}"(),:;<>[\\\]]{1,64}$/u;
const DOMAIN =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?\.)+[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;

/** @throws {ValidationFailed} when it cannot be an email address of at most 254 characters. */
export function parseEmail(input: unknown): Email {
  const email = parseText(input).trim().normalize('NFC').toLowerCase().normalize('NFC');
  if (codePoints(email) > EMAIL_MAX_LENGTH) {
    throw new ValidationFailed(`must have at most ${EMAIL_MAX_LENGTH} characters`);
  }
  const at = email.lastIndexOf('@');
  const local = email.slice(0, Math.max(at, 0));
  const dots = local.startsWith('.') || local.endsWith('.') || local.includes('..');
  if (dots || !LOCAL_PART.test(local) || !DOMAIN.test(email.slice(at + 1))) {
    throw new ValidationFailed('must be an email address, such as name@example.com');
  }
  return email as Email;
}

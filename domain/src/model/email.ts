import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import { labelToAscii, labelToUnicode } from './punycode.ts';
import { hasInvisible, parseText } from './text.ts';

/** An address as it is compared and stored: trimmed, NFC, lower case. */
export type Email = Brand<string, 'Email'>;

/** The beginning of an address, in the form in which addresses are stored. */
export type EmailPrefix = Brand<string, 'EmailPrefix'>;

/** The longest forward-path of RFC 5321 (256 octets) without its angle brackets. */
export const EMAIL_MAX_LENGTH = 254;

// One @, something before it, and a domain of at least two dot-separated labels. Only a mail can tell whether
// the mailbox exists, so this refuses what cannot be an address and nothing more.
const LOCAL_PART = /^[^\s@\p{Cc}"(),:;<>[\\\]]{1,64}$/u;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?`;
const DOMAIN = new RegExp(String.raw`^(?:${LABEL}\.)+${LABEL}$`, 'u');

/**
 * The address of a new account. Its characters are visible, and its domain is in the one spelling that
 * `sameMailbox` lists first, so that two accounts cannot look the same or share a mailbox.
 * @throws {ValidationFailed} when it cannot be an email address of at most 254 characters.
 */
export function parseEmail(input: unknown): Email {
  const email = parseStoredEmail(input);
  if (hasInvisible(email)) throw new ValidationFailed('must have visible characters only');
  const { local, domain } = split(email);
  const unicode = mapLabels(compatible(domain), labelToUnicode);
  if (unicode === undefined || compatible(unicode) !== unicode) {
    throw new ValidationFailed('must have a domain whose labels are valid, also those that begin with xn--');
  }
  return parseStoredEmail(`${local}@${unicode}`);
}

/**
 * An address that some version of this service may have stored, as its owner types it at a login. New rules
 * belong into `parseEmail`: a user whom an older rule let in must stay readable and able to log in.
 * @throws {ValidationFailed}
 */
export function parseStoredEmail(input: unknown): Email {
  const email = parseText(input, { most: EMAIL_MAX_LENGTH }, asCompared);
  const { local, domain } = split(email);
  const dots = local.startsWith('.') || local.endsWith('.') || local.includes('..');
  if (dots || !LOCAL_PART.test(local) || !DOMAIN.test(domain)) {
    throw new ValidationFailed('must be an email address, such as name@example.com');
  }
  return email as Email;
}

const asCompared = (text: string): string => text.trim().normalize('NFC').toLowerCase().normalize('NFC');

/** @throws {ValidationFailed} */
export function parseEmailPrefix(input: unknown): EmailPrefix {
  const prefix = parseText(input, { least: 1, most: EMAIL_MAX_LENGTH }, asCompared);
  if (/[\s\p{Cc}]/u.test(prefix)) throw new ValidationFailed('must be the beginning of an email address');
  return prefix as EmailPrefix;
}

/**
 * The spellings of one mailbox, the given one first: its domain may be written in Unicode or in ASCII
 * (RFC 5891). New accounts have the Unicode form; an account of an older version may have the ASCII form.
 */
export function sameMailbox(email: Email): readonly Email[] {
  const { local, domain } = split(email);
  const forms = [mapLabels(domain, labelToUnicode), mapLabels(domain, labelToAscii)];
  const spellings = forms.flatMap((form) => (form === undefined ? [] : [`${local}@${form}` as Email]));
  return [...new Set([email, ...spellings])];
}

/** The name of a mailbox: the same for all spellings that `sameMailbox` lists. */
export function mailboxOf(email: Email): Email {
  const { local, domain } = split(email);
  return `${local}@${mapLabels(domain, labelToUnicode) ?? domain}` as Email;
}

function split(email: string): { readonly local: string; readonly domain: string } {
  const at = email.lastIndexOf('@');
  return { local: email.slice(0, Math.max(at, 0)), domain: email.slice(at + 1) };
}

/** Full-width and other compatible letters are, to the DNS, the plain ones (UTS #46). */
const compatible = (domain: string): string => domain.normalize('NFKC').toLowerCase().normalize('NFKC');

function mapLabels(domain: string, map: (label: string) => string | undefined): string | undefined {
  const labels = domain.split('.').map(map);
  return labels.includes(undefined) ? undefined : labels.join('.');
}

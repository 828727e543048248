import type { Mail, MailKind, Timestamp } from '@user-management/domain';
import type { Values } from '../templates/placeholders.ts';
import { describeDevice } from './describe-device.ts';

/** Pages of a front end, without a fragment. */
export interface Links {
  readonly reset?: string;
  readonly undo?: string;
}

/** The page of each kind that has a link. */
export const pagesOf = ({ reset, undo }: Links): Readonly<Partial<Record<MailKind, string>>> => ({
  ...(reset !== undefined && { 'password-reset': reset }),
  ...(undo !== undefined && { 'email-changed': undo }),
});

export function valuesOf(mail: Mail, service: string, links: Links): Values {
  const values = {
    service,
    email: mail.to,
    name: greetable(mail.name ?? ''),
    time: inWords(mail.occurredAt),
    device: describeDevice(mail.device),
    ip: mail.device?.ip ?? 'unknown',
    ...('code' in mail && { code: mail.code, expires: inWords(mail.expiresAt) }),
    ...('challenge' in mail && { challenge: mail.challenge, link: linkOf(mail, links) }),
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, oneLine(value)]));
}

/** The fragment does not leave the browser, so the code is in no log of a web server. */
function linkOf(mail: Extract<Mail, { challenge: string }>, links: Links): string {
  const page = pagesOf(links)[mail.kind];
  if (page === undefined) return '';
  return `${page}#challenge=${encodeURIComponent(mail.challenge)}&code=${encodeURIComponent(mail.code)}`;
}

/** ICU takes 10 ms to make a format, so the first mail does that, and not the start. */
let format: Intl.DateTimeFormat | undefined;

function inWords(timestamp: Timestamp): string {
  format ??= new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(timestamp)} UTC`;
}

/**
 * Empty for a name that a mail program could make a link of. Anybody can register the address of somebody
 * else with a name that advertises a page.
 */
const greetable = (name: string): string => (/[@/\\:]{2}|@|www\.|\p{L}\.\p{L}{2}/iu.test(name) ? '' : name);

/** Without line breaks, which would start a header or a line, and without marks that turn the text around. */
export const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim();

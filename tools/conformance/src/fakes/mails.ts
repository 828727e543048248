import {
  type Mail,
  type MailKind,
  parseName,
  parseTimestamp,
  toIpAddress,
  toUserAgent,
} from '@user-management/domain';
import { aDevice, aMessageId, anEmail } from './samples.ts';

let made = 0;

/** The kinds of mails, and the secrets that they bring. */
export const MAIL_SECRETS: Readonly<Record<MailKind, readonly ('code' | 'challenge')[]>> = {
  registration: ['code'],
  'registration-taken': [],
  'email-verification': ['code'],
  'email-change': ['code'],
  'email-change-requested': [],
  'email-changed': ['code', 'challenge'],
  'password-reset': ['code', 'challenge'],
  'password-changed': [],
  'new-device': [],
  'refresh-token-reused': [],
};

export const MAIL_KINDS = Object.keys(MAIL_SECRETS) as readonly MailKind[];

/** A new mail to a new address, with these `members` replaced. */
export function aMail(kind: MailKind = 'password-reset', members: Partial<Mail> = {}): Mail {
  const occurredAt = parseTimestamp(Date.UTC(2026, 0, 31, 9, 30));
  const secrets = {
    code: `7K3QM-${String(++made).padStart(5, '0')}`,
    challenge: `chl_${String(made).padStart(21, '0')}A`,
  };
  return {
    kind,
    messageId: aMessageId(occurredAt),
    to: anEmail(),
    name: parseName('Ada Lovelace'),
    occurredAt,
    device: {
      ...aDevice(),
      userAgent: toUserAgent('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'),
      ip: toIpAddress('192.0.2.7'),
    },
    ...Object.fromEntries(MAIL_SECRETS[kind].map((name) => [name, secrets[name]])),
    ...(MAIL_SECRETS[kind].length > 0 && { expiresAt: parseTimestamp(Date.UTC(2026, 0, 31, 9, 45)) }),
    ...members,
  } as Mail;
}

import {
  type Mail,
  type MailKind,
  type MessageId,
  parseMessageId,
  parseName,
  parseTimestamp,
  toIpAddress,
  toUserAgent,
} from '@user-management/domain';
import { aDevice, anEmail } from './samples.ts';

const RUN = Math.floor(Math.random() * 2 ** 48);
let made = 0;

/** A new id in the form of a UUIDv7. */
export const aMessageId = (): MessageId =>
  parseMessageId(`msg_${RUN.toString(16).padStart(12, '0')}70008${(++made).toString(16).padStart(15, '0')}`);

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
  const secrets = {
    code: `7K3QM-${String(++made).padStart(5, '0')}`,
    challenge: `chl_${String(made).padStart(21, '0')}A`,
  };
  return {
    kind,
    messageId: aMessageId(),
    to: anEmail(),
    name: parseName('Ada Lovelace'),
    occurredAt: parseTimestamp(Date.UTC(2026, 0, 31, 9, 30)),
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

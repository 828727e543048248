import {
  type Client,
  parseMailKind,
  parseMessageId,
  parseSealed,
  parseStoredEmail,
  parseStoredName,
  parseUserId,
  type QueuedMail,
  toIpAddress,
  toUserAgent,
} from '@user-management/domain';
import type { Insertable, Selectable } from 'kysely';
import type { MailTable } from '../schema/tables.ts';
import { columnsOf, fromJson, orNull, parseCount, parseInstant, parseVersion, unchanged } from './row.ts';

const column = columnsOf('mail');

export const toRow = (mail: QueuedMail) =>
  ({
    id: mail.id,
    kind: mail.kind,
    recipient: mail.to,
    user_id: mail.userId,
    name: mail.name,
    device: mail.device && JSON.stringify({ user_agent: mail.device.userAgent, ip: mail.device.ip }),
    occurred_at: mail.occurredAt,
    challenge: mail.challenge,
    expires_at: mail.expiresAt,
    attempts: mail.attempts,
    due_at: mail.dueAt,
    version: mail.version,
  }) satisfies Insertable<MailTable>;

/** @throws {UnreadableRow} */
export const fromRow = (row: Selectable<MailTable>): QueuedMail => ({
  id: column(row, 'id', parseMessageId),
  kind: column(row, 'kind', parseMailKind),
  to: column(row, 'recipient', unchanged(parseStoredEmail)),
  userId: column(row, 'user_id', orNull(parseUserId)),
  name: column(row, 'name', orNull(parseStoredName)),
  device: column(row, 'device', orNull(fromJson(parseDevice))),
  occurredAt: column(row, 'occurred_at', parseInstant),
  challenge: column(row, 'challenge', orNull(parseSealed)),
  expiresAt: column(row, 'expires_at', orNull(parseInstant)),
  attempts: column(row, 'attempts', parseCount),
  dueAt: column(row, 'due_at', parseInstant),
  version: column(row, 'version', parseVersion),
});

function parseDevice(input: unknown): Client {
  const json = Object(input) as Readonly<Record<string, unknown>>;
  return { userAgent: unchanged(toUserAgent)(json['user_agent']), ip: unchanged(toIpAddress)(json['ip']) };
}

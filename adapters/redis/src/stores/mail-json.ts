import {
  type Client,
  fromRfc3339,
  parseMailKind,
  parseMessageId,
  parseSealed,
  parseStoredEmail,
  parseStoredName,
  parseUserId,
  type QueuedMail,
  toIpAddress,
  toRfc3339,
  toUserAgent,
} from '@user-management/domain';
import { nullOr, parseCount, parseObject, parseVersion, timeOrNull } from './user-json.ts';

export const mailToJson = (mail: QueuedMail): string =>
  JSON.stringify({
    message_id: mail.id,
    kind: mail.kind,
    to: mail.to,
    user_id: mail.userId,
    name: mail.name,
    device: mail.device && { user_agent: mail.device.userAgent, ip: mail.device.ip },
    occurred_at: toRfc3339(mail.occurredAt),
    challenge: mail.challenge,
    expires_at: timeOrNull(mail.expiresAt),
    attempts: mail.attempts,
    due_at: toRfc3339(mail.dueAt),
    version: mail.version,
  });

/** @throws {ValidationFailed} when the text is not a complete and valid mail. */
export function mailFromJson(text: string): QueuedMail {
  const json = parseObject(text);
  return {
    id: parseMessageId(json['message_id']),
    kind: parseMailKind(json['kind']),
    to: parseStoredEmail(json['to']),
    userId: nullOr(parseUserId, json['user_id']),
    name: nullOr(parseStoredName, json['name']),
    device: nullOr(parseDevice, json['device']),
    occurredAt: fromRfc3339(json['occurred_at']),
    challenge: nullOr(parseSealed, json['challenge']),
    expiresAt: nullOr(fromRfc3339, json['expires_at']),
    attempts: parseCount(json['attempts']),
    dueAt: fromRfc3339(json['due_at']),
    version: parseVersion(json['version']),
  };
}

function parseDevice(input: unknown): Client {
  const json = Object(input) as Readonly<Record<string, unknown>>;
  return { userAgent: toUserAgent(json['user_agent']), ip: toIpAddress(json['ip']) };
}

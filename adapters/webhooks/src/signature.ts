import { createHmac } from 'node:crypto';
import type { Timestamp, WebhookSecret } from '@user-management/domain';

interface Message {
  readonly id: string;
  readonly now: Timestamp;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks. There is one signature for each secret, so a receiver may know either of
 * two while the secret is being changed.
 */
export function signatureHeaders(secrets: readonly WebhookSecret[], { id, now, body }: Message) {
  const seconds = Math.floor(now / 1000);
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', Buffer.from(secret.reveal(), 'base64'));
    return `v1,${hmac.update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}

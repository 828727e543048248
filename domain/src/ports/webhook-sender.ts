import type { Timestamp } from '../model/timestamp.ts';
import type { Endpoint, Webhook } from '../model/webhook.ts';

/** `gone`: the receiver says that it will never take a webhook again. */
export type Receipt = 'accepted' | 'gone';

/**
 * Sends webhooks. It has no conformance suite: all obligations are about what receivers do over HTTP, so the
 * tests of its one implementation check them against real receivers.
 *
 * - `endpoints` lists who gets events now. It may change at any time.
 * - `send` is fulfilled when the receiver has answered that it has the webhook, or that it is gone.
 * - It throws {DependencyUnavailable} for every other outcome. When an answer is lost, the receiver may have
 *   the webhook nevertheless. A repetition has the same id, so a receiver can drop it.
 * - It throws {DependencyUnavailable} for an endpoint that is not listed any more.
 * - Each call ends within 20 s, and a call that hangs does not delay another one.
 * - No error contains a secret, or a URL, which may hold one.
 */
export interface WebhookSender {
  readonly endpoints: readonly Endpoint[];
  send(webhook: Webhook, now: Timestamp): Promise<Receipt>;
}

import { DependencyUnavailable } from '../model/errors.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { Delivery, EndpointId } from '../model/webhook.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { WebhookQueue } from '../ports/webhook-queue.ts';
import type { Receipt, WebhookSender } from '../ports/webhook-sender.ts';
import { inBatches } from './in-batches.ts';
import { GIVE_UP_MS, pauseAfter, secondsSince } from './queue-times.ts';

interface Ports {
  webhooks: WebhookQueue;
  /** `null`: no endpoint is configured. */
  webhookSender: WebhookSender | null;
  clock: Clock;
  logger: Logger;
}

/** What became of an attempt to deliver a webhook. */
export type WebhookOutcome = 'delivered' | 'retried' | 'set-aside';

/** A replica has this long for a webhook that it took. `WebhookSender.send` ends within 20 s. */
const TAKEN_MS = 40_000;

const FIRST_PAUSE_MS = 5_000;

/** After this time, a webhook belongs to an endpoint that is not configured any more. */
const UNCLAIMED_MS = 7 * 86_400_000;

/**
 * Takes at most `limit` webhooks of the endpoint that are due. The caller delivers each of them.
 * @throws {DependencyUnavailable}
 */
export const takeWebhooks =
  ({ webhooks, clock }: Ports) =>
  (endpoint: EndpointId, limit: number): Promise<readonly Delivery[]> => {
    const now = clock.now();
    return webhooks.take(endpoint, now, (now + TAKEN_MS) as Timestamp, limit);
  };

/**
 * Sends a webhook that was taken, and removes it from the queue. After a failure it is due again after a
 * pause that grows with each attempt. A webhook that fails a day after its event is set aside: the next event
 * of the user follows, and this one stays in the log of events. A crash leaves the webhook to another
 * replica, so it may come twice, with the same id.
 * @throws {DependencyUnavailable} when the queue is not available.
 */
export const deliverWebhook =
  (ports: Ports) =>
  async (delivery: Delivery): Promise<WebhookOutcome> => {
    const { webhooks, clock, logger } = ports;
    const { endpoint, event, attempts } = delivery;
    const about = { endpoint, event_id: event.id, event: event.type, attempts };
    const receipt = await attempt(ports, delivery);
    if (receipt === 'accepted') {
      await webhooks.remove(delivery, clock.now());
      return 'delivered';
    }
    if (receipt !== 'gone' && clock.now() - event.time < GIVE_UP_MS) {
      logger.warn({ ...about, err: receipt }, 'A webhook was not delivered. The service tries again.');
      await webhooks.retry(delivery, (clock.now() + pauseAfter(attempts, FIRST_PAUSE_MS)) as Timestamp);
      return 'retried';
    }
    const reason = receipt === 'gone' ? { status: 410 } : { err: receipt };
    logger.error(
      { ...about, ...reason },
      'A webhook could not be delivered in time. The service sets it aside.',
    );
    await webhooks.remove(delivery, clock.now());
    return 'set-aside';
  };

/** How many events the endpoint has not got, and how old the oldest is. @throws {DependencyUnavailable} */
export const readWebhookBacklog =
  ({ webhooks, clock }: Ports) =>
  async (endpoint: EndpointId): Promise<{ webhooks: number; oldestSeconds: number }> => {
    const { webhooks: waiting, oldest } = await webhooks.backlog(endpoint);
    return { webhooks: waiting, oldestSeconds: secondsSince(oldest, clock.now()) };
  };

/** Removes what no endpoint will get. @returns how many webhooks. @throws {DependencyUnavailable} */
export const pruneWebhooks =
  ({ webhooks, clock }: Ports) =>
  (): Promise<number> => {
    const before = Math.max(0, clock.now() - UNCLAIMED_MS) as Timestamp;
    return inBatches((limit) => webhooks.prune(before, limit));
  };

async function attempt(
  { webhookSender, clock }: Ports,
  delivery: Delivery,
): Promise<Receipt | DependencyUnavailable> {
  try {
    if (webhookSender) return await webhookSender.send(delivery, clock.now());
    throw new DependencyUnavailable('webhook endpoint');
  } catch (error) {
    if (error instanceof DependencyUnavailable) return error;
    throw error;
  }
}

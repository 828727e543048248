import type { Delivery, EndpointId, Logger, UseCases, WebhookSender } from '@user-management/domain';
import { about, inRounds, type Pause, type Rounds } from '../in-rounds.ts';

/** Webhooks that one replica sends to one endpoint at once. */
const SLOTS = 10;

/** Milliseconds between two looks at the queues, on average. */
const PAUSE_MS = 1_000;

/** Rounds between two looks at what waits: to count it costs more than to take from it. */
const ROUNDS_PER_COUNT = 10;

type Desk = Pick<UseCases, 'takeWebhooks' | 'deliverWebhook' | 'readWebhookBacklog'>;
type Outcome = Awaited<ReturnType<Desk['deliverWebhook']>>;
type Backlog = Awaited<ReturnType<Desk['readWebhookBacklog']>>;

interface WebhookObserver {
  webhook(endpoint: EndpointId, outcome: Outcome): void;
  /** @param backlogs those of all endpoints that are configured. */
  webhooksWaiting(backlogs: ReadonlyMap<EndpointId, Backlog>): void;
}

interface Options {
  readonly sender: Pick<WebhookSender, 'endpoints'>;
  readonly observer: WebhookObserver;
  readonly logger: Logger;
  readonly pause?: Pause;
}

/**
 * Delivers webhooks for as long as the service runs. All replicas do it, and one of them takes each webhook.
 * Each endpoint has slots of its own, so one that hangs holds up no other.
 */
export class Couriers implements Rounds {
  readonly #useCases: Desk;
  readonly #options: Options;
  readonly #slots = new Map<EndpointId, Set<Promise<void>>>();
  readonly #rounds: Rounds;
  #count = 0;
  #stopping = false;

  constructor(useCases: Desk, options: Options) {
    this.#useCases = useCases;
    this.#options = options;
    this.#rounds = inRounds(() => this.#round(), options.pause ?? about(PAUSE_MS));
  }

  /** Takes no more webhooks, and waits for those that are being sent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#rounds.stop();
    await Promise.all([...this.#slots.values()].flatMap((slots) => [...slots]));
  }

  /** It never throws: the next round tries again. */
  async #round(): Promise<void> {
    const { sender, logger } = this.#options;
    const endpoints = sender.endpoints.map(({ id }) => id);
    await Promise.all(
      endpoints.map((endpoint) =>
        this.#serve(endpoint).catch((err: unknown) => {
          logger.warn(
            { err, endpoint },
            'The queue of an endpoint cannot be read. The next round tries again.',
          );
        }),
      ),
    );
    if (this.#count++ % ROUNDS_PER_COUNT === 0) await this.#tellBacklogs(endpoints);
  }

  /** Fills the free slots of an endpoint. */
  async #serve(endpoint: EndpointId): Promise<void> {
    const slots = this.#slots.get(endpoint) ?? new Set();
    this.#slots.set(endpoint, slots);
    const free = SLOTS - slots.size;
    for (const delivery of free > 0 ? await this.#useCases.takeWebhooks(endpoint, free) : []) {
      const sent = this.#deliver(delivery).finally(() => slots.delete(sent));
      slots.add(sent);
    }
  }

  /** After a success, the slot takes the next webhook, so a long queue does not wait for rounds. */
  async #deliver(first: Delivery): Promise<void> {
    const { observer, logger } = this.#options;
    const { endpoint } = first;
    try {
      for (let next: Delivery | undefined = first; next;) {
        const outcome: Outcome = await this.#useCases.deliverWebhook(next);
        observer.webhook(endpoint, outcome);
        if (outcome === 'retried' || this.#stopping) return;
        [next] = await this.#useCases.takeWebhooks(endpoint, 1);
      }
    } catch (err) {
      // Another replica takes the webhook again.
      logger.warn({ err, endpoint }, 'The queue could not note what became of a webhook.');
    }
  }

  async #tellBacklogs(endpoints: readonly EndpointId[]): Promise<void> {
    const { observer, logger } = this.#options;
    try {
      const backlogs = endpoints.map(
        async (id) => [id, await this.#useCases.readWebhookBacklog(id)] as const,
      );
      observer.webhooksWaiting(new Map(await Promise.all(backlogs)));
    } catch (err) {
      logger.warn({ err }, 'What waits for the endpoints cannot be counted.');
    }
  }
}

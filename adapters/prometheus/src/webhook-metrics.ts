import { Counter, Gauge, type Registry } from 'prom-client';

const OUTCOMES = ['delivered', 'retried', 'set-aside'] as const;
export type WebhookOutcome = (typeof OUTCOMES)[number];

export interface WebhookBacklog {
  readonly webhooks: number;
  /** How long the oldest webhook has waited, in seconds. 0 without webhooks. */
  readonly oldestSeconds: number;
}

/** Operators configure the endpoints, so these labels are bounded. */
export class WebhookMetrics {
  readonly #webhooks: Counter<'endpoint' | 'outcome'>;
  readonly #waiting: Gauge<'endpoint'>;
  readonly #oldest: Gauge<'endpoint'>;

  constructor(register: Registry) {
    const registers = [register];
    this.#webhooks = new Counter({
      name: 'user_management_webhooks_total',
      help: 'The number of attempts to deliver a webhook.',
      labelNames: ['endpoint', 'outcome'],
      registers,
    });
    this.#waiting = new Gauge({
      name: 'user_management_webhooks_waiting',
      help: 'The number of webhooks that an endpoint has not got, of all replicas.',
      labelNames: ['endpoint'],
      registers,
    });
    this.#oldest = new Gauge({
      name: 'user_management_webhooks_oldest_seconds',
      help: 'The age of the oldest event that an endpoint has not got.',
      labelNames: ['endpoint'],
      registers,
    });
  }

  webhook(endpoint: string, outcome: WebhookOutcome): void {
    this.#webhooks.inc({ endpoint, outcome });
  }

  webhooksWaiting(backlogs: ReadonlyMap<string, WebhookBacklog>): void {
    // An endpoint that is not configured any more has no backlog.
    for (const gauge of [this.#waiting, this.#oldest]) gauge.reset();
    for (const [endpoint, { webhooks, oldestSeconds }] of backlogs) {
      this.#waiting.set({ endpoint }, webhooks);
      this.#oldest.set({ endpoint }, oldestSeconds);
      // Prometheus sees no increase when a counter first appears with the value 1.
      for (const outcome of OUTCOMES) this.#webhooks.inc({ endpoint, outcome }, 0);
    }
  }
}

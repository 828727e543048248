import { Counter, type Registry } from 'prom-client';

const LIMITS = ['address'] as const;
export type Limit = (typeof LIMITS)[number];

export class LimitMetrics {
  readonly #refused: Counter<'limit'>;

  constructor(register: Registry) {
    this.#refused = new Counter({
      name: 'user_management_rate_limited_total',
      help: 'The number of requests that a limit refused.',
      labelNames: ['limit'],
      registers: [register],
    });
    // Prometheus sees no increase when a counter first appears with the value 1.
    for (const limit of LIMITS) this.#refused.inc({ limit }, 0);
  }

  rateLimited(limit: Limit): void {
    this.#refused.inc({ limit });
  }
}

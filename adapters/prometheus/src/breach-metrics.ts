import { Counter, type Registry } from 'prom-client';

const OUTCOMES = ['breached', 'not-breached', 'timeout', 'error', 'skipped'] as const;
export type BreachCheck = (typeof OUTCOMES)[number];

export class BreachMetrics {
  readonly #checks: Counter<'outcome'>;

  constructor(register: Registry) {
    this.#checks = new Counter({
      name: 'user_management_breached_password_checks_total',
      help: 'The number of new passwords that the service looked up in the list of breached passwords.',
      labelNames: ['outcome'],
      registers: [register],
    });
    // Prometheus sees no increase when a counter first appears with the value 1.
    for (const outcome of OUTCOMES) this.#checks.inc({ outcome }, 0);
  }

  breachCheck(outcome: BreachCheck): void {
    this.#checks.inc({ outcome });
  }
}

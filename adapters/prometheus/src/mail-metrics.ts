import { Counter, Gauge, type Registry } from 'prom-client';

const OUTCOMES = ['sent', 'retried', 'failed'] as const;
export type MailOutcome = (typeof OUTCOMES)[number];

export interface MailBacklog {
  readonly mails: number;
  /** How long the oldest mail has waited, in seconds. 0 without mails. */
  readonly oldestSeconds: number;
}

export class MailMetrics {
  readonly #mails: Counter<'outcome'>;
  readonly #waiting: Gauge;
  readonly #oldest: Gauge;

  constructor(register: Registry) {
    const registers = [register];
    this.#mails = new Counter({
      name: 'user_management_mails_total',
      help: 'The number of attempts to send a mail.',
      labelNames: ['outcome'],
      registers,
    });
    this.#waiting = new Gauge({
      name: 'user_management_outbox_mails',
      help: 'The number of mails that wait in the outbox of all replicas.',
      registers,
    });
    this.#oldest = new Gauge({
      name: 'user_management_outbox_oldest_seconds',
      help: 'The time that the oldest mail in the outbox has waited.',
      registers,
    });
    // Prometheus sees no increase when a counter first appears with the value 1.
    for (const outcome of OUTCOMES) this.#mails.inc({ outcome }, 0);
  }

  mail(outcome: MailOutcome): void {
    this.#mails.inc({ outcome });
  }

  outbox({ mails, oldestSeconds }: MailBacklog): void {
    this.#waiting.set(mails);
    this.#oldest.set(oldestSeconds);
  }
}

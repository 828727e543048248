import { Counter, Gauge, type Registry } from 'prom-client';
import { type DurationCell, Durations } from './instruments/durations.ts';

const BUCKETS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2];

export class HashMetrics {
  readonly #durations: DurationCell;
  readonly #queueLength: Gauge;
  readonly #refusals: Counter;

  constructor(register: Registry) {
    const registers = [register];
    this.#durations = new Durations({
      name: 'user_management_password_hash_duration_seconds',
      help: 'The time that the service takes to hash or verify one password, without the time in the queue.',
      buckets: BUCKETS,
      register,
    }).cell();
    this.#queueLength = new Gauge({
      name: 'user_management_password_hash_queue_length',
      help: 'The number of passwords that wait for a hash or a verification.',
      registers,
    });
    this.#refusals = new Counter({
      name: 'user_management_password_hash_refusals_total',
      help: 'The number of passwords that the service refused because the queue was full.',
      registers,
    });
  }

  hashed(seconds: number): void {
    this.#durations.observe(seconds);
  }

  hashQueue(length: number): void {
    this.#queueLength.set(length);
  }

  hashRefused(): void {
    this.#refusals.inc();
  }
}

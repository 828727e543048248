import { Counter, Registry } from 'prom-client';
import { HashMetrics } from './hash-metrics.ts';
import { type Answer, HttpMetrics } from './http-metrics.ts';
import { collectProcessMetrics } from './process-metrics.ts';
import {
  type LookupKind,
  type LookupOutcome,
  RedisMetrics,
  type RedisState,
  type RedisVitals,
} from './redis-metrics.ts';

/**
 * Everything that the service counts, for Prometheus: docs/metrics.md. It observes the other parts, each
 * through the interface that the part declares. Every value of a label is kept until the process ends, so no
 * caller may pass one that a client can choose.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #http = new HttpMetrics(this.#registry);
  readonly #redis = new RedisMetrics(this.#registry);
  readonly #hashes = new HashMetrics(this.#registry);
  readonly #registrations = outcomes(this.#registry, 'registrations', 'Attempts to register.');
  readonly #logins = outcomes(this.#registry, 'logins', 'Attempts to log in.');

  /** @param version of the service. */
  constructor(version = 'unknown') {
    collectProcessMetrics(this.#registry, version);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In the text format of Prometheus. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }

  answered(answer: Answer): void {
    this.#http.answered(answer);
  }

  lookup(kind: LookupKind, outcome: LookupOutcome): void {
    this.#redis.lookup(kind, outcome);
  }

  /** @param name of a Redis command, lower case. */
  command(name: string, seconds: number): void {
    this.#redis.command(name, seconds);
  }

  redisState(state: RedisState): void {
    this.#redis.redisState(state);
  }

  redisVitals(vitals: RedisVitals): void {
    this.#redis.redisVitals(vitals);
  }

  hashed(seconds: number): void {
    this.#hashes.hashed(seconds);
  }

  hashQueue(length: number): void {
    this.#hashes.hashQueue(length);
  }

  hashRefused(): void {
    this.#hashes.hashRefused();
  }

  /** @param outcome `success`, the code of a domain error, or `internal-error`. */
  registration(outcome: string): void {
    this.#registrations.inc({ outcome });
  }

  /** @param outcome as of a registration. */
  login(outcome: string): void {
    this.#logins.inc({ outcome });
  }
}

function outcomes(register: Registry, what: string, help: string): Counter<'outcome'> {
  const counter = new Counter({
    name: `user_management_${what}_total`,
    help,
    labelNames: ['outcome'],
    registers: [register],
  });
  // A counter that first appears as 1 shows no increase to Prometheus.
  counter.inc({ outcome: 'success' }, 0);
  return counter;
}

import { Counter, Registry } from 'prom-client';
import { type BreachCheck, BreachMetrics } from './breach-metrics.ts';
import { FileMetrics } from './file-metrics.ts';
import { HashMetrics } from './hash-metrics.ts';
import { type Answer, HttpMetrics } from './http-metrics.ts';
import { LimitMetrics } from './limit-metrics.ts';
import { type MailBacklog, MailMetrics, type MailOutcome } from './mail-metrics.ts';
import { type Build, collectProcessMetrics } from './process-metrics.ts';
import {
  type LookupKind,
  type LookupOutcome,
  RedisMetrics,
  type RedisState,
  type RedisVitals,
} from './redis-metrics.ts';
import { type WebhookBacklog, WebhookMetrics, type WebhookOutcome } from './webhook-metrics.ts';

/**
 * The metrics of the service for Prometheus (docs/metrics.md). It implements the observer interfaces that the
 * other parts declare. Every label value stays in memory until the process ends, so a caller must not pass a
 * value that a client can choose.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #http = new HttpMetrics(this.#registry);
  readonly #redis = new RedisMetrics(this.#registry);
  readonly #hashes = new HashMetrics(this.#registry);
  readonly #breaches = new BreachMetrics(this.#registry);
  readonly #limits = new LimitMetrics(this.#registry);
  readonly #files = new FileMetrics(this.#registry);
  readonly #mails = new MailMetrics(this.#registry);
  readonly #webhooks = new WebhookMetrics(this.#registry);
  readonly #registrations = outcomes(this.#registry, 'registrations', 'The number of attempts to register.');
  readonly #logins = outcomes(this.#registry, 'logins', 'The number of attempts to log in.');
  readonly #devices = devices(this.#registry);
  readonly #refreshes = outcomes(this.#registry, 'refreshes', 'The number of attempts to refresh a session.');

  constructor(build: Build = { version: 'unknown', argon2: 'unknown' }) {
    collectProcessMetrics(this.#registry, build);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Renders the metrics in the text format of Prometheus. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }

  answered(answer: Answer): void {
    this.#http.answered(answer);
  }

  lookup(kind: LookupKind, outcome: LookupOutcome): void {
    this.#redis.lookup(kind, outcome);
  }

  /** @param name the name of a Redis command in lower case. */
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

  breachCheck(outcome: BreachCheck): void {
    this.#breaches.breachCheck(outcome);
  }

  /** @param limit the name of a limit. */
  rateLimited(limit: string): void {
    this.#limits.rateLimited(limit);
  }

  /** A login to the account was refused, because too many passwords were wrong. */
  accountRefused(account: string): void {
    this.#limits.accountRefused(account);
  }

  addressCounted(address: string): void {
    this.#limits.addressCounted(address);
  }

  /** @param variable names the file. */
  file(variable: string, outcome: 'in-force' | 'refused'): void {
    this.#files.file(variable, outcome);
  }

  mail(outcome: MailOutcome): void {
    this.#mails.mail(outcome);
  }

  outbox(backlog: MailBacklog): void {
    this.#mails.outbox(backlog);
  }

  webhook(endpoint: string, outcome: WebhookOutcome): void {
    this.#webhooks.webhook(endpoint, outcome);
  }

  webhooksWaiting(backlogs: ReadonlyMap<string, WebhookBacklog>): void {
    this.#webhooks.webhooksWaiting(backlogs);
  }

  /** @param outcome `success`, the code of a domain error, or `internal-error`. */
  registration(outcome: string): void {
    this.#registrations.inc({ outcome });
  }

  /** @param outcome as in `registration`. */
  login(outcome: string): void {
    this.#logins.inc({ outcome });
  }

  /** @param device whether the login showed a valid device token. */
  loggedIn(device: 'known' | 'new'): void {
    this.#devices.inc({ device });
  }

  /** @param outcome as in `registration`. */
  refresh(outcome: string): void {
    this.#refreshes.inc({ outcome });
  }
}

function devices(register: Registry): Counter<'device'> {
  const counter = new Counter({
    name: 'user_management_logged_in_devices_total',
    help: 'The number of successful logins by whether the service knew the device.',
    labelNames: ['device'],
    registers: [register],
  });
  for (const device of ['known', 'new']) counter.inc({ device }, 0);
  return counter;
}

function outcomes(register: Registry, what: string, help: string): Counter<'outcome'> {
  const counter = new Counter({
    name: `user_management_${what}_total`,
    help,
    labelNames: ['outcome'],
    registers: [register],
  });
  // Prometheus sees no increase when a counter first appears with the value 1.
  counter.inc({ outcome: 'success' }, 0);
  return counter;
}

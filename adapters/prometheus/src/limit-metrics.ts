import { Counter, Gauge, type Registry } from 'prom-client';
import { Recent } from './instruments/recent.ts';

/** The names of the limits, so that each one starts at 0. */
const LIMITS = ['address', 'account', 'device', 'session', 'mail', 'notice', 'code'] as const;

/** In seconds. */
const PERIOD = 300;

export class LimitMetrics {
  readonly #refused: Counter<'limit'>;
  readonly #accounts = new Recent(PERIOD);
  readonly #addresses = new Recent(PERIOD);

  constructor(register: Registry) {
    this.#refused = new Counter({
      name: 'user_management_rate_limited_total',
      help: 'The number of requests that a limit refused. A mail beyond the limit was not sent.',
      labelNames: ['limit'],
      registers: [register],
    });
    // Prometheus sees no increase when a counter first appears with the value 1.
    for (const limit of LIMITS) this.#refused.inc({ limit }, 0);
    gaugeOf(register, this.#accounts, {
      name: 'user_management_accounts_under_attack',
      help:
        'The number of accounts of which this process refused a login in the last 5 to 10 minutes, because ' +
        'too many passwords were wrong. At most 10000.',
    });
    gaugeOf(register, this.#addresses, {
      name: 'user_management_client_addresses',
      help:
        'The number of client addresses whose requests this process counted in the last 5 to 10 minutes. ' +
        'At most 10000.',
    });
  }

  rateLimited(limit: string): void {
    this.#refused.inc({ limit });
  }

  accountRefused(account: string): void {
    this.#accounts.add(account);
  }

  addressCounted(address: string): void {
    this.#addresses.add(address);
  }
}

interface Named {
  readonly name: string;
  readonly help: string;
}

function gaugeOf(register: Registry, recent: Recent, named: Named): void {
  new Gauge({
    ...named,
    registers: [register],
    collect() {
      this.set(recent.size);
    },
  });
}

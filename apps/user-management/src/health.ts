import type { AppEnv } from '@user-management/settings';

/**
 * What the health routes say. Whoever stops the service sets `draining`; from then on every answer also ends
 * its connection.
 */
export class Health {
  draining = false;
  readonly #appEnv: AppEnv;
  readonly #redis: { readonly connected: boolean };

  constructor(appEnv: AppEnv, redis: { readonly connected: boolean }) {
    this.#appEnv = appEnv;
    this.#redis = redis;
  }

  /**
   * `serving` is whether requests should be sent here: development goes on without Redis, production does
   * not.
   */
  read() {
    const { connected } = this.#redis;
    return {
      status: this.draining ? ('draining' as const) : connected ? ('ok' as const) : ('degraded' as const),
      redis: connected ? ('connected' as const) : ('disconnected' as const),
      serving: !this.draining && (connected || this.#appEnv === 'development'),
    };
  }
}

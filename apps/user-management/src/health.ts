import type { RedisState } from '@user-management/redis';
import type { AppEnv } from '@user-management/settings';

/**
 * The state behind the health routes. The shutdown sets `draining`; from then on every answer also ends its
 * connection.
 */
export class Health {
  draining = false;
  readonly #appEnv: AppEnv;
  readonly #redis: { readonly state: RedisState };

  constructor(appEnv: AppEnv, redis: { readonly state: RedisState }) {
    this.#appEnv = appEnv;
    this.#redis = redis;
  }

  /**
   * `serving` is false when load balancers should send no requests. Development serves without Redis,
   * production does not.
   */
  read() {
    const { state } = this.#redis;
    const status = state === 'connected' ? ('ok' as const) : ('degraded' as const);
    return {
      status: this.draining ? ('draining' as const) : status,
      redis: state,
      serving: !this.draining && (state !== 'disconnected' || this.#appEnv === 'development'),
    };
  }
}

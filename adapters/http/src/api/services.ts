import type { Rate, RateLimiter, UseCases } from '@user-management/domain';
import type { IsTrustedProxy } from '../request/client-address.ts';

export interface Health {
  readonly status: 'ok' | 'degraded' | 'draining';
  /** `read-only`: Redis serves reads but refuses writes. */
  readonly redis: 'connected' | 'read-only' | 'disconnected';
  /** Whether load balancers should send requests. It can be true without Redis. */
  readonly serving: boolean;
}

/** The dependencies of routes. */
export interface Services {
  readonly useCases: UseCases;
  readonly isTrustedProxy: IsTrustedProxy;
  /** `verified`: a user exists only after a code proved the address. */
  readonly registration: 'open' | 'verified';
  readonly limiter: RateLimiter;
  /** What each client address may do of each limited operation. `null` turns these limits off. */
  readonly addressRate: Omit<Rate, 'name'> | null;
  health(): Health;
  readonly metrics: {
    readonly contentType: string;
    render(): Promise<string>;
    rateLimited(limit: 'address'): void;
    addressCounted(address: string): void;
  };
}

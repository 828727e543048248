import type { UseCases } from '@user-management/domain';
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
  health(): Health;
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
}

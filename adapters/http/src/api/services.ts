import type { Logger, Rate, RateLimiter, UseCases } from '@user-management/domain';
import type { IsTrustedProxy } from '../request/client-address.ts';

export interface Health {
  readonly status: 'ok' | 'degraded' | 'draining';
  /** `read-only`: Redis serves reads but refuses writes. */
  readonly redis: 'connected' | 'read-only' | 'disconnected';
  /** Whether load balancers should send requests. It can be true without Redis. */
  readonly serving: boolean;
}

/** A file that a variable names. `problem`: why its newest content is not in force. */
export interface FileState {
  readonly variable: string;
  readonly problem: string | null;
}

/** The dependencies of routes. */
export interface Services {
  readonly useCases: UseCases;
  readonly logger: Logger;
  readonly isTrustedProxy: IsTrustedProxy;
  /** `verified`: a user exists only after a code proved the address. */
  readonly registration: 'open' | 'verified';
  readonly limiter: RateLimiter;
  /** What each client address may do of each limited operation. `null` turns these limits off. */
  readonly addressRate: Omit<Rate, 'name'> | null;
  health(): Health;
  /** The files that operators may replace while the service runs. */
  files(): readonly FileState[];
  readonly metrics: {
    readonly contentType: string;
    render(): Promise<string>;
    rateLimited(limit: 'address'): void;
    addressCounted(address: string): void;
  };
}

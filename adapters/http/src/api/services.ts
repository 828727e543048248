import type { UseCases } from '@user-management/domain';

export interface Health {
  readonly status: 'ok' | 'degraded' | 'draining';
  /** `read-only`: it can be read, but refuses writes. */
  readonly redis: 'connected' | 'read-only' | 'disconnected';
  /** Whether requests should be sent here; a service that only lost its cache may well go on. */
  readonly serving: boolean;
}

/** Everything that a route may call. */
export interface Services {
  readonly useCases: UseCases;
  health(): Health;
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
}

import type { Logger } from '@user-management/domain';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What the adapter tells whoever measures; every method must be quick and must not throw. */
export interface RedisObserver {
  /** Exactly one outcome for each look-up. */
  lookup(kind: 'user' | 'email' | 'token', outcome: 'hit' | 'miss' | 'invalid' | 'error'): void;
  /** `name` is the Redis command in lower case. */
  command(name: string, seconds: number): void;
  redisConnected(connected: boolean): void;
}

/** How to talk to any server. */
export interface ConnectionOptions {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Number of the logical database; a cluster has 0 alone. */
  readonly database: number;
  /** `ca` is PEM; without it the system's roots are trusted. */
  readonly tls?: { readonly ca?: string | undefined } | undefined;
  readonly connectTimeoutMs: number;
  /** A server that leaves one command unanswered for so long counts as lost. */
  readonly commandTimeoutMs: number;
  /** What being without Redis means to the service, for the log: completes "Redis lost: …". */
  readonly consequence: string;
  readonly observer: RedisObserver;
  readonly logger: Logger;
}

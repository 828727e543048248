import type { Logger } from '@user-management/domain';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What the adapter tells whoever measures; every method must be quick and must not throw. */
export interface RedisObserver {
  lookup(kind: 'user' | 'email' | 'token', outcome: 'hit' | 'miss' | 'invalid' | 'error'): void;
  /** `name` is the Redis command in lower case. */
  command(name: string, seconds: number): void;
  redisConnected(connected: boolean): void;
}

export interface RedisOptions {
  /** Where the server is; asked again before every connection attempt. */
  readonly locate: () => Promise<Address>;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly database: number;
  /** `ca` is PEM; without it the system's roots are trusted. */
  readonly tls?: { readonly ca?: string | undefined } | undefined;
  readonly connectTimeoutMs: number;
  /** A server that leaves one command unanswered for so long counts as lost. */
  readonly commandTimeoutMs: number;
  readonly observer: RedisObserver;
  readonly logger: Logger;
}

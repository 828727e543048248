import type { Logger } from '@user-management/domain';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * `read-only`: Redis can be read, but refuses writes (memory or disk full, a replica). `disconnected`:
 * nothing works.
 */
export type RedisState = 'connected' | 'read-only' | 'disconnected';

/** What a server says of itself. */
export interface Vitals {
  /** Used memory by `maxmemory`; 0 without a limit. */
  readonly memoryRatio: number;
  /** Whether the last write and the last rewrite of the AOF succeeded. */
  readonly aofOk: boolean;
  /** Whether the last snapshot succeeded. */
  readonly rdbOk: boolean;
}

/** What the adapter tells whoever measures; every method must be quick and must not throw. */
export interface RedisObserver {
  /** Exactly one outcome for each look-up. */
  lookup(kind: 'user' | 'email' | 'token', outcome: 'hit' | 'miss' | 'invalid' | 'error'): void;
  /** `name` is the Redis command in lower case. Heartbeats are not told. */
  command(name: string, seconds: number): void;
  /** Told at every change; `disconnected` before the first. */
  redisState(state: RedisState): void;
  /** Told every ten seconds or so. */
  redisVitals(vitals: Vitals): void;
}

/** A text that no log shows by accident. */
export interface Secret {
  reveal(): string;
}

/** All are PEM. */
export interface TlsOptions {
  /** Whom to trust; the system's roots without it. */
  readonly ca?: string | undefined;
  /** What is shown to a server that asks for a certificate, and its private key. */
  readonly cert?: string | undefined;
  readonly key?: Secret | undefined;
}

/** How to talk to any server. */
export interface ConnectionOptions {
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  /** Number of the logical database; a cluster has 0 alone. */
  readonly database: number;
  readonly tls?: TlsOptions | undefined;
  readonly connectTimeoutMs: number;
  /** A server that leaves one command unanswered for so long counts as lost. */
  readonly commandTimeoutMs: number;
  /** What being without Redis means to the service, for the log: completes "Redis lost: …". */
  readonly consequence: string;
  readonly observer: RedisObserver;
  readonly logger: Logger;
}

import type { Logger } from '@user-management/domain';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * `read-only`: Redis answers reads but refuses writes, because its memory or disk is full, or because it is a
 * replica. `disconnected`: Redis cannot be used.
 */
export type RedisState = 'connected' | 'read-only' | 'disconnected';

/** The condition of a server, as it reports it. */
export interface Vitals {
  /** Used memory divided by `maxmemory`, or 0 without a limit. */
  readonly memoryRatio: number;
  /** Whether the last write and the last rewrite of the AOF succeeded. */
  readonly aofOk: boolean;
  /** Whether the last snapshot succeeded. */
  readonly rdbOk: boolean;
}

/** Receives measurements of the adapter. Every method must be quick and must not throw. */
export interface RedisObserver {
  /** Called once for each lookup. */
  lookup(kind: 'user' | 'email' | 'token', outcome: 'hit' | 'miss' | 'invalid' | 'error'): void;
  /** Called for each command except heartbeats. `name` is in lower case. */
  command(name: string, seconds: number): void;
  /** Called at every change. The state is `disconnected` before the first call. */
  redisState(state: RedisState): void;
  /** Called about every ten seconds. */
  redisVitals(vitals: Vitals): void;
}

/** A text that a log cannot show by accident. It may change, so each connection asks for it. */
export interface Secret {
  reveal(): string;
}

/** All texts are PEM. */
export interface TlsOptions {
  /** The trusted authorities. The default is those of the system. */
  readonly ca?: Secret | undefined;
  /** The certificate and the private key for a server that asks for them. */
  readonly cert?: Secret | undefined;
  readonly key?: Secret | undefined;
}

/** The options of a connection to any server. */
export interface ServerOptions {
  readonly username?: Secret | undefined;
  readonly password?: Secret | undefined;
  /** The number of the logical database. A cluster has only 0. */
  readonly database: number;
  readonly tls?: TlsOptions | undefined;
  readonly connectTimeoutMs: number;
  /** A server that does not answer a command within this time counts as lost. */
  readonly commandTimeoutMs: number;
  /** Completes the log line "Redis lost: …" with the effect on the service. */
  readonly consequence: string;
  readonly observer: RedisObserver;
  readonly logger: Logger;
}

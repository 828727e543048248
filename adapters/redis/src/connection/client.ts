import type { Address, ServerOptions } from './options.ts';

export interface Extras {
  /** The number of the logical database. Sentinels have none. */
  readonly database?: number;
  /** Whether Redis announces the keys that change (`CLIENT TRACKING`). */
  readonly tracking?: boolean;
}

/** What speaks the protocol of Redis with one server. It never reconnects. */
export interface Client {
  readonly isOpen: boolean;
  /** The connection is lost, and not by `destroy`. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** A key has changed that was read with `tracking`. `null`: any key may have changed. */
  on(event: 'invalidate', listener: (key: string | Buffer | null) => void): unknown;
  /** @throws the cause when the server cannot be reached or refuses the connection. */
  connect(): Promise<unknown>;
  /** Writes commands in the order of the calls. @throws {ErrorReply} when the server refuses the command. */
  sendCommand<T>(command: readonly string[]): Promise<T>;
  /** In-flight commands fail. May be called twice. */
  destroy(): void;
}

/** @param signal ends an attempt to connect. */
export type NewClient = (
  address: Address,
  options: ServerOptions,
  extras: Extras,
  signal: AbortSignal,
) => Client;

export interface ConnectionOptions extends ServerOptions {
  readonly newClient: NewClient;
}

export const CLIENT_NAME = 'user-management';

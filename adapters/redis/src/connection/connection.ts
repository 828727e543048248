import { ErrorReply } from '@redis/client/dist/lib/errors.js';
import type { Client, ConnectionOptions, Extras } from './client.ts';
import { unlessAborted } from './deadline.ts';
import type { Address } from './options.ts';

export type Reply = string | number | null | Reply[];

/** One connection to one server process, from the handshake to the loss. It never reconnects. */
export class Connection {
  readonly address: Address;
  /** Settles when the connection is lost; the value is the reason. */
  readonly lost: Promise<Error>;
  readonly #client: Client;
  readonly #options: ConnectionOptions;
  readonly #lose: (reason: Error) => void;
  #isLost = false;
  #wasCut = false;

  /**
   * @throws the cause when the server cannot be reached or refuses the connection, and the signal's reason
   * when the signal aborts first.
   */
  static async open(address: Address, options: ConnectionOptions, extras: Extras, signal: AbortSignal) {
    const client = options.newClient(address, options, extras, signal);
    // Until the constructor adds its own listener, the promise below reports each error.
    client.on('error', () => undefined);
    try {
      await unlessAborted(client.connect(), signal);
    } catch (error) {
      client.destroy();
      throw refusesResp3(error) ? new Error(NO_RESP3, { cause: error }) : error;
    }
    return new Connection(client, address, options);
  }

  private constructor(client: Client, address: Address, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
    this.address = address;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.lost = promise;
    this.#lose = resolve;
    client.on('error', (error) => {
      this.#wasCut ||= !this.#isLost;
      this.close(error);
    });
  }

  /** Whether the server or the network ended the connection, and not this process. */
  get wasCut(): boolean {
    return this.#wasCut;
  }

  get isOpen(): boolean {
    return this.#client.isOpen;
  }

  /**
   * @param listener receives every key that changes after it was read on this connection. `undefined` means
   * that any key may have changed.
   */
  onInvalidation(listener: (key: string | undefined) => void): void {
    this.#client.on('invalidate', (key) => {
      listener(key?.toString());
    });
  }

  /**
   * Writes commands in the order of the calls.
   * @throws {ErrorReply} when the server refuses the command. Any other error means that the connection is
   * lost, for example because the answer took too long.
   */
  async send(command: readonly string[]): Promise<Reply> {
    const name = (command[0] ?? '').toLowerCase();
    const { commandTimeoutMs } = this.#options;
    let answered = false;
    const giveUp = () => {
      if (!answered) this.close(new Error(`${name} was not answered within ${commandTimeoutMs} ms`));
    };
    // This process may have been the slow one. So it reads answers that have already arrived before it gives
    // up.
    const timer = setTimeout(() => setImmediate(giveUp), commandTimeoutMs);
    try {
      return await this.#client.sendCommand<Reply>(command);
    } finally {
      answered = true;
      clearTimeout(timer);
    }
  }

  /** In-flight commands fail. May be called twice. */
  close(reason: Error): void {
    this.#isLost = true;
    this.#lose(reason);
    this.#client.destroy();
  }
}

const NO_RESP3 = 'the server does not support RESP3; the service needs Redis 6.2 or newer';

const refusesResp3 = (error: unknown) =>
  error instanceof ErrorReply && /^NOPROTO|^ERR unknown command .?HELLO/i.test(error.message);

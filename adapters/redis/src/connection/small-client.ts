import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Decoder } from '@redis/client/dist/lib/RESP/decoder.js';
import { type Client, CLIENT_NAME, type Extras, type NewClient } from './client.ts';
import type { Address, ServerOptions } from './options.ts';
import { tlsOptions } from './tls-options.ts';

/** In bytes. A longer answer would take more memory than this client saves. */
const LONGEST_ANSWER = 4 * 2 ** 20;

interface Events {
  error: [Error];
  invalidate: [string | Buffer | null];
}

/**
 * A client for a process that has little memory and a few commands to send. It takes the parser of the
 * library alone: all of the library takes 25 MB more.
 */
class SmallClient extends EventEmitter<Events> implements Client {
  readonly #address: Address;
  readonly #options: ServerOptions;
  readonly #extras: Extras;
  #socket: Socket | undefined;
  readonly #inFlight: PromiseWithResolvers<unknown>[] = [];
  readonly #decoder = new Decoder({
    onReply: (reply: unknown) => this.#nextInFlight()?.resolve(reply),
    onErrorReply: (error) => this.#nextInFlight()?.reject(error),
    onPush: (push: unknown[]) => {
      this.#announce(push);
    },
    getTypeMapping: () => ({}),
  });
  #isOpen = true;
  /** The bytes of the answer that is not complete yet. */
  #received = 0;

  constructor(address: Address, options: ServerOptions, extras: Extras) {
    super();
    this.#address = address;
    this.#options = options;
    this.#extras = extras;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async connect(): Promise<void> {
    this.#socket = (await openSocket(this.#address, this.#options))
      .setNoDelay()
      .on('data', (bytes) => {
        this.#receive(bytes);
      })
      .on('error', (error) => {
        this.#lose(error);
      })
      .on('close', () => {
        this.#lose(new Error('the server has closed the connection'));
      });
    if (!this.#isOpen) this.#socket.destroy();
    const commands = handshake(this.#options, this.#extras);
    await Promise.all(commands.map((command) => this.sendCommand(command)));
  }

  sendCommand<T>(command: readonly string[]): Promise<T> {
    if (!this.#isOpen) return Promise.reject(new Error('the connection is closed'));
    const answer = Promise.withResolvers<unknown>();
    this.#inFlight.push(answer);
    this.#socket?.write(encode(command));
    return answer.promise as Promise<T>;
  }

  destroy(): void {
    this.#end(new Error('the connection was closed'));
  }

  #receive(bytes: Buffer): void {
    this.#received += bytes.length;
    try {
      this.#decoder.write(bytes);
      if (this.#received > LONGEST_ANSWER)
        throw new Error(`the server sent an answer of more than ${LONGEST_ANSWER} bytes`);
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  #nextInFlight(): PromiseWithResolvers<unknown> | undefined {
    this.#received = 0;
    return this.#inFlight.shift();
  }

  #announce([kind, keys]: readonly unknown[]): void {
    this.#received = 0;
    if (String(kind) !== 'invalidate') return;
    for (const key of (keys as Buffer[] | null) ?? [null]) this.emit('invalidate', key);
  }

  #lose(error: Error): void {
    if (!this.#isOpen) return;
    this.#end(error);
    this.emit('error', error);
  }

  #end(reason: Error): void {
    this.#isOpen = false;
    this.#socket?.destroy();
    for (const { reject } of this.#inFlight.splice(0)) reject(reason);
  }
}

/** The socket is not connected yet. It keeps what is written until then. */
async function openSocket(address: Address, { tls }: ServerOptions): Promise<Socket> {
  if (!tls) return connect(address);
  // Loaded only where TLS is on: it takes 4 MB.
  const { connect: connectTls } = await import('node:tls');
  return connectTls({ ...address, ...tlsOptions(address, tls) });
}

const encode = (command: readonly string[]): string =>
  `*${command.length}\r\n` + command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('');

function handshake(options: ServerOptions, { database = 0, tracking = false }: Extras) {
  const { username, password } = options;
  const login = password ? ['AUTH', username?.reveal() ?? 'default', password.reveal()] : [];
  return [
    ['HELLO', '3', ...login, 'SETNAME', CLIENT_NAME],
    ...(database === 0 ? [] : [['SELECT', String(database)]]),
    ...(tracking ? [['CLIENT', 'TRACKING', 'ON']] : []),
  ];
}

export const newSmallClient: NewClient = (address, options, extras) =>
  new SmallClient(address, options, extras);

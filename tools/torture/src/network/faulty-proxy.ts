import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** `requests` go from the client to the server. */
export type Direction = 'requests' | 'answers';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * A faulty network between clients and one server. As with TCP, bytes arrive complete and in order. The
 * caller decides when they arrive and when connections break. The bytes of a client that gave up still
 * arrive, as on a real network.
 */
export class FaultyProxy implements Address {
  readonly host = '127.0.0.1';
  readonly #target: Address;
  readonly #server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    this.#accept(client);
  });
  readonly #connections = new Set<Connection>();
  readonly #held: Record<Direction, PromiseWithResolvers<void> | undefined> = {
    requests: undefined,
    answers: undefined,
  };
  #delayMs = 0;

  static async start(target: Address): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await once(proxy.#server.listen(0, proxy.host), 'listening');
    return proxy;
  }

  private constructor(target: Address) {
    this.#target = target;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Delays all bytes in both directions from now on. */
  delay(milliseconds: number): void {
    this.#delayMs = milliseconds;
  }

  /** Holds all bytes of one direction until `release`. Connections stay open and new ones are accepted. */
  hang(direction: Direction): void {
    this.#held[direction] ??= Promise.withResolvers();
  }

  release(): void {
    for (const direction of ['requests', 'answers'] as const) {
      this.#held[direction]?.resolve();
      this.#held[direction] = undefined;
    }
  }

  /** Closes every connection on both sides with a FIN. In-flight bytes are lost. */
  cut(): void {
    for (const connection of this.#connections) connection.cut();
  }

  /** Closes every connection on both sides with a RST. */
  reset(): void {
    for (const connection of this.#connections) connection.reset();
  }

  /**
   * Leaves every connection half open: closes only the side of the server. The client never gets an answer.
   */
  vanish(): void {
    for (const connection of this.#connections) connection.vanish();
  }

  async close(): Promise<void> {
    this.release();
    this.cut();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #accept(client: Socket): void {
    const server = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    const connection = new Connection(client, server, (direction) => this.#passage(direction));
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  #passage(direction: Direction): () => Promise<void> {
    const due = performance.now() + this.#delayMs;
    return async () => {
      const left = due - performance.now();
      if (left > 0) await wait(left);
      while (this.#held[direction]) await this.#held[direction].promise;
    };
  }
}

/** Called when bytes arrive. Returns a function that waits until they may be passed on. */
type Passage = (direction: Direction) => () => Promise<void>;

class Connection {
  readonly closed: Promise<unknown>;
  readonly #client: Socket;
  readonly #server: Socket;
  #vanished = false;

  constructor(client: Socket, server: Socket, passage: Passage) {
    this.#client = client;
    this.#server = server;
    this.closed = Promise.all(
      [client, server].map((socket) => new Promise((done) => socket.once('close', done))),
    );
    this.#forward(client, server, () => passage('requests'));
    this.#forward(server, client, () => passage('answers'));
  }

  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  reset(): void {
    for (const socket of [this.#client, this.#server]) {
      // After a FIN, a reset would make Node 24 wait for ever at the end of the process.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  vanish(): void {
    this.#vanished = true;
    this.#server.destroy();
    this.#client.once('end', () => this.#client.destroy());
  }

  #forward(from: Socket, to: Socket, passage: () => () => Promise<void>): void {
    let queue = Promise.resolve();
    const inTurn = (deliver: () => void): void => {
      queue = queue.then(passage()).then(deliver);
    };
    from.on('data', (chunk) => inTurn(() => to.writable && to.write(chunk)));
    from.once('end', () => inTurn(() => this.#end(to)));
    // A broken connection emits only 'close'. Ending twice does no harm.
    from.once('close', () => inTurn(() => this.#end(to)));
    from.on('error', () => undefined);
  }

  #end(socket: Socket): void {
    if (!(this.#vanished && socket === this.#client)) socket.end();
  }
}

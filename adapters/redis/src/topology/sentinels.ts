import type { ConnectionOptions } from '../connection/client.ts';
import { Connection } from '../connection/connection.ts';
import { within } from '../connection/deadline.ts';
import { latest } from './latest.ts';
import type { Locator } from './locator.ts';
import type { Address } from '../connection/options.ts';

interface Answer {
  readonly address: Address;
  /** The number of failovers. The sentinels agree on a higher one before each failover. */
  readonly epoch: number;
}

/** Finds the primary of a group of sentinels by asking all of them. */
export class Sentinels implements Locator {
  readonly #sentinels: readonly Sentinel[];
  readonly #name: string;

  constructor(nodes: readonly Address[], name: string, options: ConnectionOptions) {
    this.#sentinels = nodes.map((node) => new Sentinel(node, options));
    this.#name = name;
  }

  async locate(): Promise<Address> {
    const asked = this.#sentinels.map((sentinel) => sentinel.ask(this.#name));
    return (await latest(asked, `no sentinel knows the address of ${this.#name}`)).address;
  }

  close(): void {
    for (const sentinel of this.#sentinels) sentinel.close();
  }
}

/** One sentinel. The connection is opened by the first question, and kept. */
class Sentinel {
  readonly #address: Address;
  readonly #options: ConnectionOptions;
  readonly #closing = new AbortController();
  #connection: Promise<Connection> | undefined;

  constructor(address: Address, { username: _, ...options }: ConnectionOptions) {
    this.#address = address;
    // Sentinels have their own ACL users, so the user name does not apply to them. The password applies to
    // their default user. A sentinel without a password accepts any.
    this.#options = options;
  }

  async ask(name: string): Promise<Answer> {
    try {
      const connection = await (this.#connection ??= this.#connect());
      return await whereIs(name, connection);
    } catch (cause) {
      const { host, port } = this.#address;
      throw new Error(`sentinel ${host}:${port}`, { cause });
    }
  }

  close(): void {
    const reason = new Error('closed');
    this.#closing.abort(reason);
    this.#connection?.then(
      (connection) => {
        connection.close(reason);
      },
      () => undefined,
    );
  }

  async #connect(): Promise<Connection> {
    const { commandTimeoutMs } = this.#options;
    try {
      const connection = await within(commandTimeoutMs, this.#closing.signal, (signal) =>
        Connection.open(this.#address, this.#options, {}, signal),
      );
      void connection.lost.then(() => (this.#connection = undefined));
      return connection;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }
}

async function whereIs(name: string, connection: Connection): Promise<Answer> {
  // During a failover, the address in the answer of MASTER is still the old one.
  const [address, details] = await Promise.all([
    connection.send(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name]),
    connection.send(['SENTINEL', 'MASTER', name]),
  ]);
  if (!Array.isArray(address)) throw new Error(`it does not know ${name}`);
  const epoch = (details as unknown as Record<string, string>)['config-epoch'];
  return { address: { host: String(address[0]), port: Number(address[1]) }, epoch: Number(epoch) };
}

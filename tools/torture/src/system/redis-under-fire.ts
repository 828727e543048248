import { type RedisServer, startRedis } from '@user-management/servers';
import { sendOnce } from '../network/send-once.ts';

/** Named by the configuration when the next start shall find nothing. */
const NO_SNAPSHOT = 'none.rdb';
const SNAPSHOT = 'snapshot.rdb';

const FORGETFUL = `dbfilename ${NO_SNAPSHOT}\nenable-protected-configs yes\n`;
const DURABLE = 'appendonly yes\nappendfsync always\n';

/** A Redis server that everything may happen to. */
export class RedisUnderFire {
  readonly #server: RedisServer;

  /** @param durable whether it keeps everything over a restart, as it has to where users are kept in it */
  static async start(durable: boolean): Promise<RedisUnderFire> {
    return new RedisUnderFire(await startRedis({ config: durable ? DURABLE : FORGETFUL }));
  }

  private constructor(server: RedisServer) {
    this.#server = server;
  }

  get address(): { host: string; port: number } {
    return { host: this.#server.host, port: this.#server.port };
  }

  async takeSnapshot(): Promise<void> {
    await this.#command('CONFIG', 'SET', 'dbfilename', SNAPSHOT);
    await this.#command('SAVE');
  }

  /** Decides what the next start loads. */
  async bequeath(what: 'the snapshot' | 'nothing'): Promise<void> {
    await this.#command('CONFIG', 'SET', 'dbfilename', what === 'nothing' ? NO_SNAPSHOT : SNAPSHOT);
    await this.#command('CONFIG', 'REWRITE');
  }

  async flush(): Promise<void> {
    await this.#command('FLUSHALL');
  }

  async killClients(): Promise<void> {
    await this.#command('CLIENT', 'KILL', 'TYPE', 'normal');
  }

  /** What an eviction or an expiry looks like. */
  async remove(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#command('UNLINK', ...keys);
  }

  pause(): Promise<void> {
    return this.#server.pause();
  }

  resume(): Promise<void> {
    return this.#server.resume();
  }

  kill(): Promise<void> {
    return this.#server.kill();
  }

  restart(): Promise<void> {
    return this.#server.restart();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  #command(...command: string[]): Promise<void> {
    return sendOnce(this.address, command);
  }
}

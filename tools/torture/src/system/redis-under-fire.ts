import { type RedisServer, startRedis } from '@user-management/servers';
import { sendOnce } from '../network/send-once.ts';

/** The configuration names this absent file when the next start must load nothing. */
const NO_SNAPSHOT = 'none.rdb';
const SNAPSHOT = 'snapshot.rdb';

const FORGETFUL = `dbfilename ${NO_SNAPSHOT}\nenable-protected-configs yes\n`;
const DURABLE = 'appendonly yes\nappendfsync always\n';

/** A Redis server for faults of every kind. */
export class RedisUnderFire {
  readonly #server: RedisServer;

  /** @param durable whether it keeps all data over a restart. Required when it stores the users */
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

  async loadAtNextStart(what: 'the snapshot' | 'nothing'): Promise<void> {
    await this.#command('CONFIG', 'SET', 'dbfilename', what === 'nothing' ? NO_SNAPSHOT : SNAPSHOT);
    await this.#command('CONFIG', 'REWRITE');
  }

  async flush(): Promise<void> {
    await this.#command('FLUSHALL');
  }

  async killClients(): Promise<void> {
    await this.#command('CLIENT', 'KILL', 'TYPE', 'normal');
  }

  /** Removes keys as an eviction or an expiry does. */
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

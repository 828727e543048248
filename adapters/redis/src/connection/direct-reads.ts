import { NOTHING_NEAR, readBounded, type Reads, type Sender } from './reads.ts';

/**
 * Reads the key from Redis each time. A cluster needs this: a server that loses a slot drops its keys without
 * an announcement (`delKeysInSlot` in Redis 7.0) and still answers PING. But it refuses to read a key of
 * another server.
 */
export class DirectReads implements Reads {
  readonly #sender: Sender;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  async read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined> {
    const value = await readBounded(this.#sender, key);
    return value && parse(value.text);
  }

  readNear(): Promise<undefined> {
    return NOTHING_NEAR;
  }

  forget(): void {
    // Nothing is kept.
  }
}

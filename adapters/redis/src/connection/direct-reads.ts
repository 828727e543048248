import { readBounded, type Reads, type Sender } from './reads.ts';

/**
 * Asks for the key each time. This is for a cluster: a server that lost a slot drops the keys without
 * announcing it (`delKeysInSlot` in Redis 7.0) and answers PING as ever, but it refuses to read a key that is
 * not its own.
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

  forget(): void {
    // It keeps nothing.
  }
}

import { hash } from 'node:crypto';
import type { Reply } from './connection.ts';
import { isRefusal } from './refusal.ts';
import type { Sender } from './reads.ts';

/** A Lua script. Redis runs it as one atomic step. All its keys must be in one hash slot. */
export class Script {
  readonly #source: string;
  readonly #sha1: string;

  constructor(source: string) {
    this.#source = source;
    this.#sha1 = hash('sha1', source);
  }

  async run(sender: Sender, keys: readonly string[], args: readonly string[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await sender.send(['EVALSHA', this.#sha1, ...rest]);
    } catch (error) {
      if (!isRefusal(error, 'NOSCRIPT')) throw error;
      return sender.send(['EVAL', this.#source, ...rest]);
    }
  }
}

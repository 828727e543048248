import { hash } from 'node:crypto';
import { ErrorReply } from 'redis';
import type { Reply } from './connection.ts';
import type { Session } from './session.ts';

/** A Lua script, which Redis runs as one atomic step. All its keys live in one hash slot. */
export class Script {
  readonly #source: string;
  readonly #sha1: string;

  constructor(source: string) {
    this.#source = source;
    this.#sha1 = hash('sha1', source);
  }

  async run(session: Session, keys: readonly string[], args: readonly string[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await session.send(['EVALSHA', this.#sha1, ...rest]);
    } catch (error) {
      if (!(error instanceof ErrorReply && error.message.startsWith('NOSCRIPT'))) throw error;
      return session.send(['EVAL', this.#source, ...rest]);
    }
  }
}

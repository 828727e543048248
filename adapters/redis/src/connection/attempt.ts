import type { Reply } from './connection.ts';
import type { Address } from './options.ts';
import type { Session } from './session.ts';

/** Commands that change nothing. All others may have taken effect when their answers are lost. */
const READS: ReadonlySet<string | undefined> = new Set(['EXISTS', 'GETRANGE', 'PING', 'PTTL', 'ZRANGE']);

/** A session as one task uses it. It knows whether the task may run again. */
export class Attempt implements Session {
  readonly #session: Session;
  #hasOnlyRead = true;

  constructor(session: Session) {
    this.#session = session;
  }

  get hasOnlyRead(): boolean {
    return this.#hasOnlyRead;
  }

  get term(): string {
    return this.#session.term;
  }

  get address(): Address {
    return this.#session.address;
  }

  send(command: readonly string[]): Promise<Reply> {
    this.#hasOnlyRead &&= READS.has(command[0]);
    return this.#session.send(command);
  }

  read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined> {
    return this.#session.read(key, parse);
  }
}

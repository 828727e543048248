import { checkServiceEntries, type ServiceEntry, type ServiceTokens } from '@user-management/domain';

/** A list that the process itself gives. */
export class MemoryServiceTokens implements ServiceTokens {
  #entries: readonly ServiceEntry[];

  constructor(entries: readonly ServiceEntry[] = []) {
    this.#entries = checkServiceEntries(entries);
  }

  entries(): readonly ServiceEntry[] {
    return this.#entries;
  }

  /** @throws {ValidationFailed} and keeps the list before. */
  replace(entries: readonly ServiceEntry[]): void {
    this.#entries = checkServiceEntries(entries);
  }
}

import type { Effects } from '@user-management/domain';
import type { Patience } from '../statements/patience.ts';
import { Turns } from './turns.ts';

/** A table whose rows have a version. */
interface Versions<Id, Record> {
  patience(): Patience;
  find(id: Id): Promise<Record | undefined>;
  /**
   * Writes the record and the effects. Returns whether the stored version was still that of `stored`.
   * Otherwise it writes nothing.
   */
  replace(stored: Record, changed: Record, effects: Effects | undefined): Promise<boolean>;
}

/**
 * Updates by compare-and-set on the version: a read and a write without a transaction. So no lock outlasts a
 * statement.
 */
export class Updates<Id extends string, Record> {
  readonly #versions: Versions<Id, Record>;
  /**
   * Queues the writers of this process. Without the queue, a hundred concurrent updates of one user took 731
   * attempts.
   */
  readonly #turns = new Turns<Id>();

  constructor(versions: Versions<Id, Record>) {
    this.#versions = versions;
  }

  /**
   * Returns what is stored afterwards, or `undefined` when there is no such record.
   * @param known what the caller has read from this table: `change` runs with it first.
   */
  apply(
    id: Id,
    change: (record: Record) => Record,
    effects?: Effects,
    known?: Record,
  ): Promise<Record | undefined> {
    const patience = this.#versions.patience();
    const turn = this.#turns.take(id, async () => {
      patience.check(new Error(`Too many updates of ${id} are waiting.`));
      for (let guess = known; ; guess = undefined) {
        const stored = guess ?? (await this.#versions.find(id));
        if (!stored) return undefined;
        const changed = change(stored);
        if (changed === stored && guess) continue;
        if (changed === stored) return stored;
        // The caller was told that the store is unavailable, and may have asked again.
        if (patience.isLost) return undefined;
        if (await this.#versions.replace(stored, changed, effects)) return changed;
        if (guess) continue;
        await patience.wait(new Error(`Other writers changed ${id} before every attempt.`));
      }
    });
    return patience.limit(turn);
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommonPasswords } from '@user-management/domain';

/** The list that `npm run list -w adapters/passwords` makes. */
export const COMMON_PASSWORDS = join(import.meta.dirname, 'common-passwords.txt');

/**
 * Searches a sorted list in one string. A `Set` of the same passwords would take eight times the memory and
 * the time to read it.
 */
export class EmbeddedCommonPasswords implements CommonPasswords {
  /** Each line ends with a line feed. */
  readonly #lines = readFileSync(COMMON_PASSWORDS, 'utf8');

  has(folded: string): boolean {
    let [low, high] = [0, this.#lines.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = this.#lines.lastIndexOf('\n', middle - 1) + 1;
      const end = this.#lines.indexOf('\n', start);
      const line = this.#lines.slice(start, end);
      if (line === folded) return true;
      if (line < folded) low = end + 1;
      else high = start;
    }
    return false;
  }
}

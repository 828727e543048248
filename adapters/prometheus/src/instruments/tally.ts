import { Counter, type Registry } from 'prom-client';

interface TallyConfiguration {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly register: Registry;
}

/** Counts one combination of labels. Counting is one addition. */
export interface TallyCell {
  pending: number;
}

/**
 * A counter for hot paths. prom-client builds a key of all labels for each increment, which takes as long as
 * the rest of an answer from memory. Here a caller keeps a cell for each combination of labels, and
 * prom-client gets the sums on a scrape.
 */
export class Tally {
  readonly #cells: { readonly labels: Record<string, string>; pending: number }[] = [];

  constructor({ register, labelNames, ...configuration }: TallyConfiguration) {
    const cells = this.#cells;
    new Counter({
      ...configuration,
      labelNames: [...labelNames],
      registers: [register],
      collect() {
        for (const cell of cells) {
          this.inc(cell.labels, cell.pending);
          cell.pending = 0;
        }
      },
    });
  }

  /** Call it once for each combination of labels. From then on, the metric reports the combination. */
  cell(labels: Record<string, string>): TallyCell {
    const cell = { labels, pending: 0 };
    this.#cells.push(cell);
    return cell;
  }
}

import { Counter, type Registry } from 'prom-client';

interface TallyConfiguration {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly register: Registry;
}

/** Counts one combination of labels; counting is one addition. */
export interface TallyCell {
  pending: number;
}

/**
 * A counter for hot paths. prom-client makes a key of all labels whenever it counts, which takes as long as
 * all else that an answer from memory needs; here whoever counts keeps a cell, and prom-client is told the
 * sums when somebody asks for them.
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

  /** To be called once for each combination of labels; it is reported from then on, at first as 0. */
  cell(labels: Record<string, string>): TallyCell {
    const cell = { labels, pending: 0 };
    this.#cells.push(cell);
    return cell;
  }
}

import type { Histogram, Registry } from 'prom-client';

interface DurationsConfiguration {
  readonly name: string;
  readonly help: string;
  /** Upper bounds of the buckets in seconds, ascending. */
  readonly buckets: readonly number[];
  readonly register: Registry;
}

type Labels = Readonly<Record<string, string>>;

/** A histogram for hot paths. A caller keeps a cell for each combination of labels, as with `Tally`. */
export class Durations {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly #bounds: readonly number[];
  readonly #cells: DurationCell[] = [];

  constructor({ name, help, buckets, register }: DurationsConfiguration) {
    this.name = name;
    this.help = help;
    this.#bounds = buckets;
    // prom-client's own histogram accepts single observations only, not counts. The registry uses no more
    // members than this class has, but its type names the classes of the package.
    register.registerMetric(this as unknown as Histogram);
  }

  /** Call it once for each combination of labels. From then on, the metric reports the combination. */
  cell(labels: Labels = {}): DurationCell {
    const cell = new DurationCell(labels, this.#bounds);
    this.#cells.push(cell);
    return cell;
  }

  get() {
    const { name, help, type, aggregator } = this;
    return Promise.resolve({
      name,
      help,
      type,
      aggregator,
      values: this.#cells.flatMap((cell) => cell.samples(name)),
    });
  }
}

/** Observes one combination of labels. */
export class DurationCell {
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  /** The count of each bucket, not cumulative. The last one counts the values above all bounds. */
  readonly #counts: number[];
  #sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(seconds: number): void {
    let bucket = 0;
    while (seconds > (this.#bounds[bucket] ?? Infinity)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += seconds;
  }

  /** The samples of a histogram: cumulative buckets, the sum and the count. */
  samples(name: string) {
    let count = 0;
    const buckets = this.#counts.map((inBucket, index) => {
      count += inBucket;
      const le = String(this.#bounds[index] ?? '+Inf');
      return { metricName: `${name}_bucket`, labels: { ...this.#labels, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: this.#labels, value: this.#sum },
      { metricName: `${name}_count`, labels: this.#labels, value: count },
    ];
  }
}

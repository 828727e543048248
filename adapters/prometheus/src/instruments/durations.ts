import type { Histogram, Registry } from 'prom-client';

interface DurationsConfiguration {
  readonly name: string;
  readonly help: string;
  /** Upper bounds of the buckets in seconds, ascending. */
  readonly buckets: readonly number[];
  readonly register: Registry;
}

type Labels = Readonly<Record<string, string>>;

/** A histogram for hot paths: whoever observes keeps a cell, for the reason that `Tally` gives. */
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
    // prom-client's own histogram cannot be told counts, only single observations. Of what is registered the
    // registry asks no more than this class has; its type merely names the classes of the package.
    register.registerMetric(this as unknown as Histogram);
  }

  /** To be called once for each combination of labels; it is reported from then on, at first as 0. */
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
  /** How many fell into each bucket alone; the last is for what is above all bounds. */
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

  /** What Prometheus stores of a histogram: cumulative buckets, the sum and the number of all. */
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

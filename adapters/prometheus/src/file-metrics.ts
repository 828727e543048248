import { Gauge, type Registry } from 'prom-client';

/** Of the files that operators may replace while the service runs. */
export class FileMetrics {
  readonly #refused: Gauge<'variable'>;

  constructor(register: Registry) {
    this.#refused = new Gauge({
      name: 'user_management_file_refused',
      help: 'Whether the newest content of the file that a variable names is refused (1) or in force (0).',
      labelNames: ['variable'],
      registers: [register],
    });
  }

  file(variable: string, outcome: 'in-force' | 'refused'): void {
    this.#refused.set({ variable }, outcome === 'refused' ? 1 : 0);
  }
}

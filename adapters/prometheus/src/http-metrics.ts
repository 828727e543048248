import type { Registry } from 'prom-client';
import { type DurationCell, Durations } from './instruments/durations.ts';
import { Tally, type TallyCell } from './instruments/tally.ts';

export interface Answer {
  /** The template of the route, such as `/v1/users/{user_id}`, or `unmatched`. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

interface Cells {
  readonly requests: TallyCell;
  readonly durations: DurationCell;
}

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class HttpMetrics {
  readonly #requests: Tally;
  readonly #durations: Durations;
  /** Nested by route, method and status. A combined key would cost more than everything else here. */
  readonly #cells = new Map<string, Map<string, Map<number, Cells>>>();

  constructor(register: Registry) {
    this.#requests = new Tally({
      name: 'user_management_http_requests_total',
      help: 'The number of requests that the service answered.',
      labelNames: ['route', 'method', 'status'],
      register,
    });
    this.#durations = new Durations({
      name: 'user_management_http_request_duration_seconds',
      help: 'The time from the header of a request to its answer.',
      buckets: BUCKETS,
      register,
    });
  }

  answered({ route, method, status, seconds }: Answer): void {
    const cells = this.#cells.get(route)?.get(method)?.get(status) ?? this.#makeCells(route, method, status);
    cells.requests.pending++;
    cells.durations.observe(seconds);
  }

  #makeCells(route: string, method: string, status: number): Cells {
    const labels = { route, method, status: String(status) };
    const cells = { requests: this.#requests.cell(labels), durations: this.#durations.cell(labels) };
    getOrMake(getOrMake(this.#cells, route), method).set(status, cells);
    return cells;
  }
}

function getOrMake<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const map = maps.get(key) ?? new Map<L, V>();
  maps.set(key, map);
  return map;
}

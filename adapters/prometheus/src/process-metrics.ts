import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { type DurationCell, Durations } from './instruments/durations.ts';

const INTERVAL_MS = 20;
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1];

/** What is running. */
export interface Build {
  /** The version of the service. */
  readonly version: string;
  /** The build of the library for passwords. */
  readonly argon2: string;
}

/** Registers the build information and the state of the process. */
export function collectProcessMetrics(register: Registry, { version, argon2 }: Build): void {
  new Gauge({
    name: 'user_management_build_info',
    help:
      'The value is always 1. The labels contain the versions of the service and of Node, and the build of ' +
      'argon2.',
    labelNames: ['version', 'node', 'argon2'],
    registers: [register],
  }).set({ version, node: process.versions.node, argon2 }, 1);
  collectUsualMetrics(register);
  observeEventLoopDelay(
    new Durations({
      name: 'user_management_event_loop_delay_seconds',
      help: 'The delay of a timer on the event loop, sampled 50 times a second.',
      buckets: BUCKETS,
      register,
    }).cell(),
  );
}

// The default event-loop lag is removed: it includes the sampling interval, it covers the time since the last
// scrape by any client, and it cannot be summed over replicas. Its sampling cannot be switched off, so it
// runs at a long interval.
function collectUsualMetrics(register: Registry): void {
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 3_600_000 });
  for (const { name } of register.getMetricsAsArray()) {
    if (name.startsWith('nodejs_eventloop_lag')) register.removeSingleMetric(name);
  }
}

function observeEventLoopDelay(delays: DurationCell): void {
  let due = performance.now() + INTERVAL_MS;
  setInterval(() => {
    const now = performance.now();
    delays.observe(Math.max(0, now - due) / 1000);
    due = now + INTERVAL_MS;
  }, INTERVAL_MS).unref();
}

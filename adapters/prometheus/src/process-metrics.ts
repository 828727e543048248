import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { type DurationCell, Durations } from './instruments/durations.ts';

const INTERVAL_MS = 20;
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1];

/** What is running, and how well the process is. */
export function collectProcessMetrics(register: Registry, version: string): void {
  new Gauge({
    name: 'user_management_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers: [register],
  }).set({ version, node: process.versions.node }, 1);
  collectUsualMetrics(register);
  observeEventLoopDelay(
    new Durations({
      name: 'user_management_event_loop_delay_seconds',
      help: 'By how much a timer was late, sampled fifty times a second.',
      buckets: BUCKETS,
      register,
    }).cell(),
  );
}

// Without its event-loop lag: that has the sampling interval added to it, covers the time since whoever
// scraped last, and cannot be added up over replicas. It samples until the process ends, so seldom that it
// costs nothing.
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

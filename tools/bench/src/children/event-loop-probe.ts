import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into the service before its start. At each SIGUSR2 it prints the event-loop delay since the last
 * one.
 */
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

process.on('SIGUSR2', () => {
  process.stderr.write(`event loop delay p99 ${delay.percentile(99) / 1e6} ms\n`);
  delay.reset();
});

import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into the service before it starts: at every SIGUSR2 it says how late the event loop was since the
 * one before.
 */
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

process.on('SIGUSR2', () => {
  process.stderr.write(`event loop delay p99 ${delay.percentile(99) / 1e6} ms\n`);
  delay.reset();
});

import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/**
 * Loaded into the service before its start. The first SIGUSR2 starts a profile of its CPU time, the second
 * writes it to the file `BENCH_PROFILE`.
 */
const session = new Session();
session.connect();
let started = false;

process.on('SIGUSR2', () => {
  void (started ? finish() : start());
  started = true;
});

async function start(): Promise<void> {
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  process.stderr.write('profile started\n');
}

async function finish(): Promise<void> {
  const { profile } = await session.post('Profiler.stop');
  writeFileSync(process.env['BENCH_PROFILE'] ?? 'session-check.cpuprofile', JSON.stringify(profile));
  process.stderr.write('profile written\n');
}

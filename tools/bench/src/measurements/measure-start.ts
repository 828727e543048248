import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { startRedis, startService } from '@user-management/servers';
import { medians } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { productionEnv } from '../scene/scene.ts';

/**
 * Measures the time from the start of the process to its first answer, and its memory when idle. The compile
 * cache is filled, as after the first `npm start`, and as in the image.
 */
export async function measureStart(rounds: number): Promise<Row[]> {
  const redis = await startRedis({ args: ['--appendonly', 'yes'] });
  await fillCompileCache(productionEnv(redis));
  const memory: number[] = [];
  const { start } = await medians(rounds, {
    start: async () => {
      const began = performance.now();
      const service = await startService(productionEnv(redis));
      const took = performance.now() - began;
      await wait(500);
      memory.push(residentMegabytes(service.pid));
      await service.stop();
      return took;
    },
  });
  await redis.stop();
  return [
    { what: 'start to first answer', result: `${Math.round(start)} ms`, wanted: '< 600 ms', raw: '' },
    {
      what: 'memory when idle (resident)',
      result: `${Math.round(Math.max(...memory))} MB`,
      wanted: '< 120 MB',
      raw: memory.map((megabytes) => `${Math.round(megabytes)} MB`).join(', '),
    },
  ];
}

/** Node writes the cache when a process ends by itself, and not when it is killed. */
async function fillCompileCache(env: Record<string, string>): Promise<void> {
  const service = await startService(env);
  service.signal('SIGTERM');
  await service.exit;
}

function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

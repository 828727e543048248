import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from '@user-management/bundle';
import { startRedis, startService } from '@user-management/servers';
import { mediansOfEach } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { likeManifests } from '../scene/redis.ts';
import { residentMegabytes } from '../scene/resident.ts';
import { productionEnv } from '../scene/scene.ts';
import { makeFolder } from '../scene/stores.ts';

/**
 * Measures the time from the start of the process to its first answer, and its memory when idle: of the
 * sources and of the bundle, which runs in the image. The compile cache is filled, as after the first
 * `npm start`, and as in the image.
 */
export async function measureStart(rounds: number): Promise<Row[]> {
  const redis = await startRedis({ args: likeManifests({ holdsUsers: true }) });
  const env = productionEnv(redis);
  const folder = await makeBundle();
  const bundled = join(folder, 'service.cjs');
  const start = async (main?: string) => {
    const began = performance.now();
    const service = await startService(env, main);
    const startMs = performance.now() - began;
    await wait(SETTLED_MS);
    const megabytes = residentMegabytes(service.pid);
    await service.stop();
    return { startMs, megabytes };
  };
  for (const main of [undefined, bundled]) await fillCompileCache(env, main);
  const figures = await mediansOfEach(rounds, { sources: () => start(), image: () => start(bundled) });
  rmSync(folder, { recursive: true });
  await redis.stop();
  const { sources, image } = figures;
  return [
    rowOf(
      'start to first answer',
      '<= 300 ms',
      `${Math.round(image.startMs)} ms`,
      `${Math.round(sources.startMs)} ms`,
    ),
    rowOf(
      'memory when idle (resident)',
      '<= 85 MB',
      `${Math.round(image.megabytes)} MB`,
      `${Math.round(sources.megabytes)} MB`,
    ),
  ];
}

/** After all that follows the start, such as the first look for mails. */
const SETTLED_MS = 1_500;

const rowOf = (what: string, wanted: string, image: string, sources: string): Row => ({
  what: `${what}, as in the image`,
  result: image,
  wanted,
  raw: `from the sources ${sources}`,
});

/** The packages with native libraries come from the workspace. */
async function makeBundle(): Promise<string> {
  const folder = makeFolder();
  await bundle(folder);
  symlinkSync(
    fileURLToPath(new URL('../../../../node_modules', import.meta.url)),
    join(folder, 'node_modules'),
  );
  return folder;
}

/** Node writes the cache when a process ends by itself, and not when it is killed. */
async function fillCompileCache(env: Record<string, string>, main?: string): Promise<void> {
  const service = await startService(env, main);
  service.signal('SIGTERM');
  await service.exit;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuSeconds } from '../scene/cpu-seconds.ts';
import { mediansOfEach } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { Population } from '../scene/population.ts';
import { residentMegabytes } from '../scene/resident.ts';
import { letIn } from '../scene/service-token.ts';
import { STORES } from '../scene/stores.ts';

const IMPORTED = 10_000;

/** Measures the import of users into each store. */
export async function measureImport(rounds: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const env = { SERVICE_TOKENS_FILE: await letIn(folder, 'users:read', 'users:write') };
  const rows: Row[] = [];
  for (const store of Object.keys(STORES)) {
    const population = await Population.open(store, 1, env);
    const { importing } = await mediansOfEach(rounds, {
      importing: async () => {
        const before = cpuSeconds(population.pid);
        const speed = await population.imports(IMPORTED);
        return { speed, cpu: cpuSeconds(population.pid) - before };
      },
    });
    const megabytes = Math.round(residentMegabytes(population.pid, 'VmHWM'));
    await population.close();
    rows.push({
      what: `import of users into ${store}`,
      result: `${Math.round(importing.speed)}/s`,
      wanted: '–',
      raw:
        `${IMPORTED} users, ${Math.round((importing.cpu * 1e6) / IMPORTED)} µs of its CPU for each, ` +
        `${megabytes} MB of its memory at most`,
    });
  }
  await rm(folder, { recursive: true });
  return rows;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { medians, quantile } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { Population } from '../scene/population.ts';
import { letIn } from '../scene/service-token.ts';
import { STORES } from '../scene/stores.ts';

/** Only development keeps users in memory, where each page sorts all of them. */
const LASTING = Object.keys(STORES).filter((store) => store !== 'memory');

const PAGES = 200;

/** Measures pages of a list of many users in each store. */
export async function measureAdmin(many: number, rounds: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const env = { SERVICE_TOKENS_FILE: await letIn(folder, 'users:read', 'users:write') };
  const rows: Row[] = [];
  for (const store of LASTING) {
    const population = await Population.open(store, many, env);
    const { page } = await medians(rounds, {
      page: async () => quantile(await population.lists(PAGES), 0.99),
    });
    await population.close();
    rows.push({
      what: `a page of 50 of ${many} users in ${store}: p99`,
      result: `${page.toFixed(1)} ms`,
      wanted: '<= 50 ms',
      raw: 'half by id, half by the beginning of the email',
    });
  }
  await rm(folder, { recursive: true });
  return rows;
}

import { medians, quantile } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { Population } from '../scene/population.ts';
import { STORES } from '../scene/stores.ts';

const FEW = 1_000;
const READS = 2_000;
const LOGINS = 100;

/**
 * Compares reads that miss the cache, and logins, with a thousand users and with many, in each store. The
 * figure is the median of the rounds. A single pause of the disk would determine the 99th percentile of all
 * rounds together.
 */
export async function measureGrowth(many: number, rounds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const store of Object.keys(STORES)) {
    const small = await Population.open(store, FEW);
    const large = await Population.open(store, many);
    const p99 = await medians(rounds, {
      readsOfMany: async () => quantile(await large.reads(READS), 0.99),
      readsOfFew: async () => quantile(await small.reads(READS), 0.99),
      loginsOfMany: async () => quantile(await large.logins(LOGINS), 0.99),
      loginsOfFew: async () => quantile(await small.logins(LOGINS), 0.99),
    });
    rows.push(compare(`reads from ${store}`, many, p99.readsOfMany, p99.readsOfFew));
    rows.push(compare(`logins with ${store}`, many, p99.loginsOfMany, p99.loginsOfFew));
    await small.close();
    await large.close();
  }
  return rows;
}

const compare = (what: string, many: number, large: number, small: number): Row => ({
  what: `${what}: p99 with ${many} users, against ${FEW}`,
  result: (large / small).toFixed(2),
  wanted: '<= 1.5',
  raw: `${large.toFixed(2)} ms, ${small.toFixed(2)} ms`,
});

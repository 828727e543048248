import { field } from './info.ts';
import type { Vitals } from './options.ts';
import type { RedisSession } from './session.ts';

/** Reads how full the server is and whether it can save its data. */
export async function readVitals(session: RedisSession): Promise<Vitals> {
  const [memory, persistence] = await Promise.all([session.info('memory'), session.info('persistence')]);
  const limit = Number(field(memory, 'maxmemory'));
  const isOk = (name: string) => field(persistence, name) !== 'err';
  return {
    memoryRatio: limit > 0 ? Number(field(memory, 'used_memory')) / limit : 0,
    aofOk: isOk('aof_last_write_status') && isOk('aof_last_bgrewrite_status'),
    rdbOk: isOk('rdb_last_bgsave_status'),
  };
}

/** Combines several servers: the worst value of each. */
export const worst = (vitals: readonly Vitals[]): Vitals => ({
  memoryRatio: Math.max(0, ...vitals.map(({ memoryRatio }) => memoryRatio)),
  aofOk: vitals.every(({ aofOk }) => aofOk),
  rdbOk: vitals.every(({ rdbOk }) => rdbOk),
});

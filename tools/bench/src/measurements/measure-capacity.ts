import { availableParallelism } from 'node:os';
import { medians } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { cpuSeconds } from '../scene/cpu-seconds.ts';
import { Population } from '../scene/population.ts';

const USERS = 5_000;
const CHECKS = 5_000;
const LOGINS = 100;
/** The service then always has work. To wake up for each request would cost more than the request. */
const CLIENTS = 32;
/** Every core hashes, and no login waits. */
const IN_FLIGHT = availableParallelism();

/** Measures the CPU time of the service for one request. Other programs on the machine count little there. */
export async function measureCapacity(rounds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const store of ['sqlite', 'postgres', 'redis']) {
    const population = await Population.open(store, USERS);
    const spent = async (count: number, work: Promise<unknown>) => {
      const before = cpuSeconds(population.pid);
      await work;
      return ((cpuSeconds(population.pid) - before) * 1000) / count;
    };
    const cpu = await medians(rounds, {
      login: () => spent(LOGINS, population.logins(LOGINS, IN_FLIGHT)),
      check: () => spent(CHECKS, population.checks(CHECKS, CLIENTS)),
      read: () => spent(CHECKS, population.reads(CHECKS, CLIENTS)),
    });
    rows.push(row(`a login with ${store}`, cpu.login), row(`a first session check with ${store}`, cpu.read));
    rows.push(row(`a session check of the same user with ${store}`, cpu.check));
    await population.close();
  }
  return rows;
}

const row = (what: string, milliseconds: number): Row => ({
  what,
  result: `${(1000 / milliseconds).toFixed(0)} per second and CPU`,
  wanted: '',
  raw: `${milliseconds.toFixed(3)} ms of CPU`,
});

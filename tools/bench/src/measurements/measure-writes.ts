import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parsePasswordHash } from '@user-management/domain';
import { startService } from '@user-management/servers';
import { hash } from 'argon2';
import { medians, mediansOfEach } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { changePreferences, type Client, perSecond, refresh, registered } from '../scene/clients.ts';
import { cpuSeconds } from '../scene/cpu-seconds.ts';
import { openRedis } from '../scene/redis.ts';
import { PASSWORD, productionEnv } from '../scene/scene.ts';
import { makeFolder, STORES } from '../scene/stores.ts';

/** Only development keeps users in memory. */
const LASTING = Object.entries(STORES).filter(([name]) => name !== 'memory');

/** Clients that write at the same time. With 16, the service waited for Redis a quarter of the time. */
const CLIENTS = 32;

/** Measures refreshes, changes of preferences and registrations with each store, and the limit of SQLite. */
export async function measureWrites(rounds: number, seconds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, open] of LASTING) rows.push(...(await measureStore(name, open, rounds, seconds)));
  return [...rows, await measureSqlite(rounds, seconds)];
}

async function measureStore(
  name: string,
  open: (typeof STORES)[string],
  rounds: number,
  seconds: number,
): Promise<Row[]> {
  const scene = await openRedis({ holdsUsers: name === 'redis' });
  const passwordHash = parsePasswordHash(await hash(PASSWORD));
  const store = await open(scene.redis, { count: 0, passwordHash });
  const service = await startService({ ...productionEnv(scene.server), ...store.environment });
  const { url, pid } = service;
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => registered(url)));
  let writes = 0;
  const measured = (act: (client: Client) => Promise<unknown>) => async () => {
    const before = cpuSeconds(pid);
    const rate = await perSecond(clients, seconds, act);
    return { rate, cpu: (cpuSeconds(pid) - before) / (rate * seconds) };
  };
  const figures = await mediansOfEach(rounds, {
    refreshes: measured((client) => refresh(url, client)),
    'changes of preferences': measured((client) => changePreferences(url, client, { n: (writes += 1) })),
    registrations: measured(() => registered(url)),
  });
  await service.stop();
  await store.close();
  await scene.close();
  return Object.entries(figures).map(([what, { rate, cpu }]) => ({
    what: `${what}, with users in ${name}`,
    result: `${Math.round(rate)}/s`,
    wanted: what === 'refreshes' && name === 'redis' ? '>= 3000/s' : '',
    raw: `${(cpu * 1e6).toFixed(0)} µs of CPU each, ${CLIENTS} clients`,
  }));
}

/** What this disk allows a service that does nothing else: each transaction waits for it. */
async function measureSqlite(rounds: number, seconds: number): Promise<Row> {
  const folder = makeFolder();
  const database = new DatabaseSync(join(folder, 'empty.db'));
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  database.exec('create table counts (n integer); insert into counts values (0)');
  const statement = database.prepare('update counts set n = n + 1');
  const { transactions } = await medians(rounds, {
    transactions: () => {
      const end = performance.now() + seconds * 1000;
      let count = 0;
      for (; performance.now() < end; count += 1) statement.run();
      return Promise.resolve(count / seconds);
    },
  });
  database.close();
  rmSync(folder, { recursive: true });
  return {
    what: 'transactions of SQLite on this disk',
    result: `${Math.round(transactions)}/s`,
    wanted: '',
    raw: 'synchronous=full, one connection',
  };
}

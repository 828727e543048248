import { randomInt } from 'node:crypto';
import { createPostgresDatabase } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { Statistics } from './oracle/statistics.ts';
import { STORES } from './system/stores.ts';
import { torture } from './torture.ts';

const MILLISECONDS = 5_000;
/** A busy machine needs several. */
const MOST_ROUNDS = 5;
/** Includes the start, the recovery and the stop, which are slow on a busy machine. */
const TIMEOUT_MS = MOST_ROUNDS * 60_000;

const seed = randomInt(1, 2 ** 31);

/** A seed may choose few updates. */
const LEAST = { update: 4, 'session check': 10, refresh: 10, webhook: 4 };

const provesSomething = (statistics: Statistics): boolean => {
  const isEnough = ([name, least]: [string, number]) => (statistics.of('operation').get(name) ?? 0) >= least;
  const hits = statistics.of('lookup').get('user hit') ?? 0;
  return Object.entries(LEAST).every(isEnough) && hits >= 10 && statistics.of('fault').size > 3;
};

describe(`torture with seed ${seed}`, () => {
  it.each(STORES)('finds no broken promise over %s', { timeout: TIMEOUT_MS }, async (store) => {
    const database = store === 'postgres' ? await createPostgresDatabase() : undefined;
    const statistics = new Statistics();
    for (let round = 0; round < MOST_ROUNDS && !provesSomething(statistics); round++) {
      const options = { seed: seed + round, milliseconds: MILLISECONDS, postgresUrl: database?.url };
      const report = await torture({ store, ...options });
      if (report.violation) throw report.violation;
      statistics.add(report.statistics);
    }
    await database?.drop();
    expect(provesSomething(statistics), 'enough operations, hits and faults').toBe(true);
  });
});

import { randomInt } from 'node:crypto';
import { createPostgresDatabase } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { STORES } from './system/stores.ts';
import { torture } from './torture.ts';

const MILLISECONDS = 5_000;
/** Includes the start, the recovery and the stop, which are slow on a busy machine. */
const TIMEOUT_MS = 60_000;

const seed = randomInt(1, 2 ** 31);

describe(`torture with seed ${seed}`, () => {
  it.each(STORES)('finds no broken promise over %s', { timeout: TIMEOUT_MS }, async (store) => {
    const database = store === 'postgres' ? await createPostgresDatabase() : undefined;
    const options = { store, seed, milliseconds: MILLISECONDS, postgresUrl: database?.url };
    const { statistics, violation } = await torture(options);
    await database?.drop();
    if (violation) throw violation;
    // Without hits the test would prove nothing.
    expect(statistics.of('operation').get('update')).toBeGreaterThan(10);
    expect(statistics.of('operation').get('session check')).toBeGreaterThan(10);
    expect(statistics.of('operation').get('refresh')).toBeGreaterThan(10);
    expect(statistics.of('lookup').get('user hit')).toBeGreaterThan(10);
    expect(statistics.of('fault').size).toBeGreaterThan(3);
  });
});

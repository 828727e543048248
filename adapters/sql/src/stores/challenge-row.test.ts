import { aChallenge, aDifficultChallenge } from '@user-management/conformance';
import { parseTimestamp } from '@user-management/domain';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromRow, toRow } from './challenge-row.ts';
import { UnreadableRow } from './row.ts';

const now = parseTimestamp(1_000_000);

it('reads what it wrote', () => {
  for (const challenge of [aChallenge(now), aDifficultChallenge(now)])
    expect(fromRow(toRow(challenge))).toEqual(challenge);
});

it('reads 64-bit integers that come as strings', () => {
  const challenge = aDifficultChallenge(now);
  const row = Object.entries(toRow(challenge)).map(([name, value]) => [
    name,
    typeof value === 'number' ? String(value) : value,
  ]);
  expect(fromRow(Object.fromEntries(row) as ReturnType<typeof toRow>)).toEqual(challenge);
});

describe('a row that this service did not write', () => {
  const challenge = aDifficultChallenge(now);
  it.each([
    ['purpose', 'secret'],
    ['place', 'secret'],
    ['user_id', 'secret'],
    ['email', 'Secret@Example.com'],
    ['state', 'secret'],
    ['application', '{"secret'],
    ['application', 'null'],
    ['application', '{"email":"secret"}'],
    ['application', toRow(challenge).application?.replace('"device":', '"other":')],
    ['failures', -1],
    ['failures', 'secret'],
    ['created_at', null],
    ['expires_at', 1.5],
    ['version', 0],
  ])('is an error that names the challenge and the column, and shows no value: %s = %j', (column, value) => {
    const read = () => fromRow({ ...toRow(challenge), [column]: value });
    expect(read).toThrow(UnreadableRow);
    expect(read).toThrow(
      `The stored challenge ${challenge.id} cannot be used: the column ${column} is not valid.`,
    );
  });

  it('shows no part of an application that is not JSON', () => {
    let error: unknown;
    try {
      fromRow({ ...toRow(challenge), application: 'secret' });
    } catch (thrown) {
      error = thrown;
    }
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret');
  });
});
